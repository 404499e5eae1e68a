// The library's time types. Monotonic time comes from an actor's clock or the environment port.
#pragma once

#include <chrono>
#include <cstdint>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The clock of all deadlines; simulations replace it below the ports.
using clock_type = std::chrono::steady_clock;
/// A moment of that clock.
using time_point = clock_type::time_point;
/// A length of time.
using duration = std::chrono::nanoseconds;

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

[[nodiscard]] inline std::int64_t to_ms(duration d) noexcept {
  return std::chrono::duration_cast<milliseconds>(d).count();
}

}  // namespace pravega_actor
