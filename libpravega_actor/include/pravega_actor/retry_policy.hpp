// How long to wait between attempts.
#pragma once

#include <cstdint>

#include "pravega_actor/export.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Exponential backoff with jitter. A value type without a clock: the caller provides the
/// entropy.
struct retry_policy {
  duration initial_delay = milliseconds{10};
  double multiplier = 2.0;
  duration max_delay = seconds{1};
  /// The random part of each delay d, 0 to 1: the delay lies in [(1 - jitter) d, d].
  double jitter = 0.25;

  /// The delay before attempt `attempt` + 1, after `attempt` >= 1 failures in a row: 0 to
  /// `max_delay`. `random` is any 64 random bits. A multiplier below 1 counts as 1, a jitter
  /// outside [0, 1] as the nearer bound.
  [[nodiscard]] duration delay(std::uint32_t attempt, std::uint64_t random) const noexcept;
};

}  // namespace pravega_actor
