// Time-outs of users, fit for arithmetic.
#pragma once

#include <algorithm>

#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// Longer than anybody waits, and short enough to be added to any time.
inline constexpr duration timeout_max = std::chrono::hours{24 * 365};

/// `duration::max()` is a usual way to say "for ever"; a negative time-out is over at once.
[[nodiscard]] constexpr duration bounded_timeout(duration wanted) noexcept {
  return std::clamp(wanted, duration{0}, timeout_max);
}

}  // namespace pravega_actor::internal
