// A small generator of random numbers with a seed, for tests over random values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pravega_actor::test {

struct splitmix {
  std::uint64_t state;

  std::uint64_t operator()() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  /// 0 to `bound` - 1.
  std::uint64_t below(std::uint64_t bound) { return (*this)() % bound; }
  /// A number of 0 to `bits` significant bits: small and large ones are equally likely.
  std::uint64_t magnitude(unsigned bits) {
    const auto kept = below(bits + 1);
    return kept == 0 ? 0 : (*this)() >> (64 - kept);
  }
  /// A valid user's name.
  std::string name(std::size_t length_max = 12) {
    std::string text;
    for (auto left = 1 + below(length_max); left > 0; --left)
      text += "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"[below(64)];
    return text;
  }
};

}  // namespace pravega_actor::test
