// The calls under way: started, answered once each, cancelled together.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// Thread-safe. Whoever runs a callback does so within `answer`.
class calls_under_way {
 public:
  /// Registers a call before it starts. After `cancel_all` it is born cancelled. `cancel` holds
  /// what it cancels; it may be called from several threads, and calls back from none of them.
  [[nodiscard]] std::uint64_t add(std::function<void()> cancel);
  /// Runs the call's callback, lets `cancel` go, and only then forgets the call: what a call
  /// holds of the port is free when `cancel_all` returns. What the callback throws goes on to
  /// whoever called this; the call is forgotten all the same.
  void answer(std::uint64_t id, const std::function<void()>& callback);
  /// gRPC answers a cancelled call at once, unless the system refused it the thread to do so.
  static constexpr seconds cancel_wait_max{10};
  /// Cancels all calls and waits for their callbacks, but for those that wait here themselves,
  /// and not longer than `at_most`. False if calls are still under way then: what they use of
  /// the port must be kept for ever.
  bool cancel_all(duration at_most = cancel_wait_max);
  [[nodiscard]] bool cancelled() const;
  /// Whether this thread runs one of these callbacks.
  [[nodiscard]] bool in_callback() const noexcept;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::function<void()>> calls_;
  std::uint64_t next_id_ = 1;
  std::size_t callbacks_waiting_ = 0;
  bool cancelled_ = false;
};

}  // namespace pravega_actor::internal
