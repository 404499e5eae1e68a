// A thread that leaves all signals to the application's threads.
#pragma once

#include <thread>
#include <utility>

#include "core/blocked_signals.hpp"

namespace pravega_actor::internal {

/// Throws std::system_error like std::thread.
template <class F>
[[nodiscard]] std::thread start_quiet_thread(F body) {
  const blocked_signals inherited_by_the_thread;
  return std::thread{std::move(body)};
}

}  // namespace pravega_actor::internal
