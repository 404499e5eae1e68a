// Numbered events: what `bench` writes and `verify` checks.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"

namespace pravega_actor::tool {

/// Memory for a check is one bit for each event.
inline constexpr std::uint64_t numbered_events_max = std::uint64_t{1} << 34;
inline constexpr std::uint32_t bench_keys_max = 1U << 20;

static_assert(std::endian::native == std::endian::little);

/// The payload of event n: its number in 8 bytes, then its key's number in 4 bytes if there is
/// room (both big-endian), then filler.
class numbered_payload {
 public:
  /// `size` is at least 8.
  explicit numbered_payload(std::size_t size) : bytes_(size) {
    for (std::size_t i = 0; i < size; ++i)
      bytes_[i] = static_cast<std::byte>('a' + i % 26);
  }
  [[nodiscard]] byte_view of(std::uint64_t number, std::uint32_t key) noexcept {
    const auto wide = __builtin_bswap64(number);
    std::memcpy(bytes_.data(), &wide, sizeof wide);
    if (bytes_.size() >= sizeof wide + sizeof key) {
      const auto narrow = __builtin_bswap32(key);
      std::memcpy(bytes_.data() + sizeof wide, &narrow, sizeof narrow);
    }
    return bytes_;
  }

 private:
  std::vector<std::byte> bytes_;
};

/// The number of an event; `payload` has at least 8 bytes.
[[nodiscard]] inline std::uint64_t number_of(byte_view payload) noexcept {
  std::uint64_t wide = 0;
  std::memcpy(&wide, payload.data(), sizeof wide);
  return __builtin_bswap64(wide);
}

/// "key-0" to "key-<count - 1>".
[[nodiscard]] inline std::vector<std::string> routing_keys(std::uint32_t count) {
  std::vector<std::string> keys;
  keys.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i)
    keys.push_back("key-" + std::to_string(i));
  return keys;
}

}  // namespace pravega_actor::tool
