// What the fuzzers share: taking an input apart, and ending the run when a property is broken.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "pravega_actor/bytes.hpp"

/// The entry that libFuzzer calls with each input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace pravega_actor::fuzz {

/// Ends the process unless the property holds; libFuzzer then keeps the input.
inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken property: %s\n", property);
  std::abort();
}

/// Hands out an input from its front. What is not there reads as zero or as fewer bytes.
class input {
 public:
  input(const std::uint8_t* data, std::size_t size) noexcept
      : left_{reinterpret_cast<const std::byte*>(data), size} {}

  [[nodiscard]] std::uint8_t u8() noexcept {
    const auto from = bytes(1);
    return from.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(from.front());
  }
  [[nodiscard]] std::uint16_t u16() noexcept {
    const auto high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  [[nodiscard]] std::int32_t i32() noexcept {
    const auto high = static_cast<std::uint32_t>(u16());
    return static_cast<std::int32_t>(high << 16 | u16());
  }
  [[nodiscard]] byte_view bytes(std::size_t count) noexcept {
    const auto taken = left_.first(std::min(count, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
  }
  [[nodiscard]] byte_view rest() noexcept { return bytes(left_.size()); }
  [[nodiscard]] std::string_view text() noexcept { return as_text(rest()); }
  [[nodiscard]] bool empty() const noexcept { return left_.empty(); }

 private:
  byte_view left_;
};

}  // namespace pravega_actor::fuzz
