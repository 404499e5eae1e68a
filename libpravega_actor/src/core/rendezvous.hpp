// One value that one thread waits for and another sets. Only for the blocking conveniences.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// Thread-safe; share it by shared_ptr, since the waiting thread may give up first.
template <class T>
class rendezvous {
 public:
  void set(T value) {
    {
      std::lock_guard lock{mutex_};
      value_ = std::move(value);
    }
    changed_.notify_all();
  }
  /// The value, or nothing when the deadline passed first.
  [[nodiscard]] std::optional<T> wait_until(time_point deadline) {
    std::unique_lock lock{mutex_};
    changed_.wait_until(lock, deadline, [this] { return value_.has_value(); });
    return std::move(value_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<T> value_;
};

}  // namespace pravega_actor::internal
