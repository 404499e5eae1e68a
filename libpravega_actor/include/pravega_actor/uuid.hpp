// A 128-bit id, as two 64-bit halves in wire order.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "pravega_actor/export.hpp"
#include "pravega_actor/result.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A UUID; `msb` is the first eight bytes of the canonical text.
struct uuid {
  std::uint64_t msb = 0;
  std::uint64_t lsb = 0;
  friend auto operator<=>(const uuid&, const uuid&) = default;

  /// "01234567-89ab-cdef-fedc-ba9876543210", lower case.
  [[nodiscard]] std::string to_string() const;
  /// The 32 hex digits without dashes, as in the names of transaction segments.
  [[nodiscard]] std::string to_hex() const;
  /// Parses the canonical text of 36 characters, upper or lower case. The error is
  /// invalid_argument.
  [[nodiscard]] static result<uuid> parse(std::string_view text);
};

}  // namespace pravega_actor
