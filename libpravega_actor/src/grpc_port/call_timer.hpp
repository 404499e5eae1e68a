// A thread that runs things at their time.
#pragma once

#include <functional>
#include <memory>

#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// Thread-safe. What it runs must not throw, and must not block.
class call_timer {
 public:
  /// Throws std::system_error if the system has no thread.
  call_timer();
  call_timer(const call_timer&) = delete;
  call_timer& operator=(const call_timer&) = delete;
  /// Runs at once what is left, and waits for it; in its own thread it only sees to that.
  ~call_timer();
  /// Runs `what` at `when`, or soon if that is over; never inside of this call.
  void at(time_point when, std::function<void()> what);

 private:
  struct agenda;
  std::shared_ptr<agenda> agenda_;
  struct worker;
  std::unique_ptr<worker> worker_;
};

}  // namespace pravega_actor::internal
