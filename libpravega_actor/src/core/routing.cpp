#include "pravega_actor/routing.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace pravega_actor {
namespace {

// Java's "EventRouter".hashCode().
constexpr std::uint64_t seed = 1741865571;
constexpr std::uint64_t c1 = 0x87c37b91114253d5;
constexpr std::uint64_t c2 = 0x4cf5ad432745937f;
constexpr std::size_t units_per_block = 8;
constexpr std::uint16_t replacement = 0xFFFD;

// MurmurHash3 x64 128 over 16-bit units, fed one unit or one block of eight at a time.
class unit_hash {
 public:
  void put(std::uint16_t unit) noexcept {
    auto& half = pending_ < 4 ? k1_ : k2_;
    half |= static_cast<std::uint64_t>(unit) << (pending_ % 4 * 16);
    if (++pending_ == units_per_block) {
      block(k1_, k2_);
      k1_ = k2_ = 0;
      pending_ = 0;
    }
  }

  [[nodiscard]] bool at_block_start() const noexcept { return pending_ == 0; }

  void block(std::uint64_t k1, std::uint64_t k2) noexcept {
    h1_ ^= mix_first(k1);
    h1_ = (std::rotl(h1_, 27) + h2_) * 5 + 0x52dce729;
    h2_ ^= mix_second(k2);
    h2_ = (std::rotl(h2_, 31) + h1_) * 5 + 0x38495ab5;
    units_ += units_per_block;
  }

  /// The last units, fewer than a block, with nothing pending before them.
  void tail(std::uint64_t k1, std::uint64_t k2, unsigned units) noexcept {
    k1_ = k1;
    k2_ = k2;
    pending_ = units;
  }

  // The first half of the hash.
  [[nodiscard]] std::uint64_t finish() noexcept {
    // An absent tail is zero, and zero mixes to zero.
    h2_ ^= mix_second(k2_);
    h1_ ^= mix_first(k1_);
    const std::uint64_t bytes = (units_ + pending_) * 2;
    h1_ ^= bytes;
    h2_ ^= bytes;
    h1_ += h2_;
    h2_ += h1_;
    return avalanche(h1_) + avalanche(h2_);
  }

 private:
  static std::uint64_t mix_first(std::uint64_t k) noexcept {
    return std::rotl(k * c1, 31) * c2;
  }
  static std::uint64_t mix_second(std::uint64_t k) noexcept {
    return std::rotl(k * c2, 33) * c1;
  }
  static std::uint64_t avalanche(std::uint64_t k) noexcept {
    k = (k ^ k >> 33) * 0xff51afd7ed558ccd;
    k = (k ^ k >> 33) * 0xc4ceb9fe1a85ec53;
    return k ^ k >> 33;
  }

  std::uint64_t h1_ = seed;
  std::uint64_t h2_ = seed;
  std::uint64_t k1_ = 0;
  std::uint64_t k2_ = 0;
  std::uint64_t units_ = 0;
  unsigned pending_ = 0;
};

template <unsigned Bytes>
std::uint64_t load(const char* at) noexcept {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < Bytes; ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
  return value;
}

// 1 to 8 bytes; what two loads have in common is the same in both.
std::uint64_t load_up_to_eight(const char* at, std::size_t bytes) noexcept {
  if (bytes == 8) return load<8>(at);
  if (bytes >= 4) return load<4>(at) | load<4>(at + bytes - 4) << (8 * (bytes - 4));
  const auto middle = bytes / 2;
  return load<1>(at) | load<1>(at + middle) << (8 * middle) |
         load<1>(at + bytes - 1) << (8 * (bytes - 1));
}

// Four bytes become four 16-bit units.
std::uint64_t widen(std::uint32_t bytes) noexcept {
  std::uint64_t value = bytes;
  value = (value | value << 16) & 0x0000FFFF0000FFFF;
  return (value | value << 8) & 0x00FF00FF00FF00FF;
}

// Feeds the character at the front of `rest` and returns its length in bytes.
std::size_t put_character(std::string_view rest, unit_hash& hash) noexcept {
  const auto byte = [rest](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const std::uint32_t first = byte(0);
  if (first < 0x80) {
    hash.put(static_cast<std::uint16_t>(first));
    return 1;
  }
  if (first >= 0xC2 && first < 0xE0 && rest.size() >= 2 && continues(1)) {
    hash.put(static_cast<std::uint16_t>((first & 0x1Fu) << 6 | (byte(1) & 0x3Fu)));
    return 2;
  }
  if (first >= 0xE0 && first < 0xF0 && rest.size() >= 3 && continues(1) && continues(2)) {
    const std::uint32_t point =
        (first & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (point >= 0x800) {
      hash.put(static_cast<std::uint16_t>(point));
      return 3;
    }
  }
  if (first >= 0xF0 && first < 0xF5 && rest.size() >= 4 && continues(1) && continues(2) &&
      continues(3)) {
    const std::uint32_t point = (first & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 |
                                (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    if (point >= 0x10000 && point <= 0x10FFFF) {
      hash.put(static_cast<std::uint16_t>(0xD800 + ((point - 0x10000) >> 10)));
      hash.put(static_cast<std::uint16_t>(0xDC00 + ((point - 0x10000) & 0x3FF)));
      return 4;
    }
  }
  hash.put(replacement);
  return 1;
}

}  // namespace

std::uint64_t routing_hash(std::string_view key) noexcept {
  unit_hash hash;
  std::size_t at = 0;
  while (at < key.size()) {
    if (hash.at_block_start()) {
      const auto bytes = std::min(key.size() - at, units_per_block);
      const auto text = load_up_to_eight(key.data() + at, bytes);
      if ((text & 0x8080808080808080) == 0) {
        const auto k1 = widen(static_cast<std::uint32_t>(text));
        const auto k2 = widen(static_cast<std::uint32_t>(text >> 32));
        if (bytes < units_per_block) {
          hash.tail(k1, k2, static_cast<unsigned>(bytes));
          break;
        }
        hash.block(k1, k2);
        at += bytes;
        continue;
      }
    }
    at += put_character(key.substr(at), hash);
  }
  return hash.finish();
}

double position_of(std::uint64_t hash) noexcept {
  return std::bit_cast<double>(0x3FF0000000000000 | hash >> 12) - 1.0;
}

double routing_position(std::string_view key) noexcept {
  return position_of(routing_hash(key));
}

}  // namespace pravega_actor
