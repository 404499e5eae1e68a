// What a user or a token may do with a resource.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pravega_sandbox {

/// Each includes those before it.
enum class permission : std::uint8_t { none, read, read_update };

[[nodiscard]] constexpr std::string_view to_string(permission which) noexcept {
  if (which == permission::none) return "NONE";
  return which == permission::read ? "READ" : "READ_UPDATE";
}
/// Nothing for any other word.
[[nodiscard]] constexpr std::optional<permission> permission_of(
    std::string_view word) noexcept {
  for (const auto each : {permission::none, permission::read, permission::read_update})
    if (word == to_string(each)) return each;
  return std::nullopt;
}

}  // namespace pravega_sandbox
