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
  /// Registers a call before it starts. After `cancel_all` it is cancelled from the start.
  /// `cancel` holds what it cancels; several threads may call it, and it calls back in none of
  /// them.
  [[nodiscard]] std::uint64_t add(std::function<void()> cancel);
  /// Runs the call's callback, releases `cancel`, and only then forgets the call: when
  /// `cancel_all` returns, calls hold nothing of the port. An exception of the callback passes
  /// on to the caller, and the call is forgotten nevertheless.
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
