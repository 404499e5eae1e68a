#include "pravega_actor/retry_policy.hpp"

#include <algorithm>
#include <cmath>

namespace pravega_actor {

duration retry_policy::delay(std::uint32_t attempt, std::uint64_t random) const noexcept {
  if (initial_delay <= duration::zero() || max_delay <= duration::zero())
    return duration::zero();
  const double growth = multiplier > 1.0 ? multiplier : 1.0;
  const double failures = attempt > 0 ? attempt - 1.0 : 0.0;
  const double limit = static_cast<double>(max_delay.count());
  const double grown = static_cast<double>(initial_delay.count()) * std::pow(growth, failures);
  const double full = grown < limit ? grown : limit;
  // The top 53 bits make a fraction in [0, 1) without rounding.
  const double fraction = static_cast<double>(random >> 11) * 0x1p-53;
  const double part = jitter > 0.0 ? std::min(jitter, 1.0) : 0.0;
  const double jittered = std::max(0.0, full * (1.0 - part * fraction));
  return jittered >= limit ? max_delay
                           : duration{static_cast<duration::rep>(std::llround(jittered))};
}

}  // namespace pravega_actor
