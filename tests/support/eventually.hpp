// Waiting for what no handler reports.
#pragma once

#include <chrono>
#include <thread>

#include "pravega_actor/time.hpp"

namespace pravega_actor::test {

/// Looks each millisecond whether `condition()` holds; false: not within 30 seconds.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition) {
  const auto until = clock_type::now() + std::chrono::seconds{30};
  while (!condition()) {
    if (clock_type::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

}  // namespace pravega_actor::test
