// The library's version.
#pragma once

#include <string_view>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

/// "major.minor.patch".
[[nodiscard]] constexpr std::string_view version() noexcept {
  return "0.1.0";
}

}  // namespace pravega_actor
