// Big-endian numbers and ids in raw memory.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "pravega_actor/uuid.hpp"

namespace pravega_actor::internal::wire {

namespace detail {
[[nodiscard]] constexpr std::uint8_t swapped(std::uint8_t value) noexcept {
  return value;
}
[[nodiscard]] constexpr std::uint16_t swapped(std::uint16_t value) noexcept {
  return __builtin_bswap16(value);
}
[[nodiscard]] constexpr std::uint32_t swapped(std::uint32_t value) noexcept {
  return __builtin_bswap32(value);
}
[[nodiscard]] constexpr std::uint64_t swapped(std::uint64_t value) noexcept {
  return __builtin_bswap64(value);
}
}  // namespace detail

/// Reads sizeof(T) bytes.
template <class T>
[[nodiscard]] T load_big_endian(const std::byte* from) noexcept {
  static_assert(std::is_integral_v<T>);
  std::make_unsigned_t<T> raw{};
  std::memcpy(&raw, from, sizeof raw);
  if constexpr (std::endian::native == std::endian::little) raw = detail::swapped(raw);
  return static_cast<T>(raw);
}

/// Writes sizeof(T) bytes; returns the byte after them.
template <class T>
std::byte* store_big_endian(std::byte* to, T value) noexcept {
  static_assert(std::is_integral_v<T>);
  auto raw = static_cast<std::make_unsigned_t<T>>(value);
  if constexpr (std::endian::native == std::endian::little) raw = detail::swapped(raw);
  std::memcpy(to, &raw, sizeof raw);
  return to + sizeof raw;
}

inline constexpr std::size_t uuid_bytes = 16;

[[nodiscard]] inline uuid load_uuid(const std::byte* from) noexcept {
  return {load_big_endian<std::uint64_t>(from), load_big_endian<std::uint64_t>(from + 8)};
}

inline std::byte* store_uuid(std::byte* to, const uuid& id) noexcept {
  return store_big_endian(store_big_endian(to, id.msb), id.lsb);
}

}  // namespace pravega_actor::internal::wire
