// A place where the current incarnation of a restarted actor is found.
#pragma once

#include <caf/all.hpp>
#include <mutex>

namespace pravega_actor::internal {

/// Holds the handle of an actor that its supervisor may replace: users read it for each message
/// and keep no copy. Thread-safe.
template <class Handle>
class actor_slot {
 public:
  void set(Handle now) {
    std::lock_guard lock{mutex_};
    std::swap(current_, now);
  }
  [[nodiscard]] Handle get() const {
    std::lock_guard lock{mutex_};
    return current_;
  }
  void clear() { set(Handle{}); }

 private:
  mutable std::mutex mutex_;
  Handle current_;
};

}  // namespace pravega_actor::internal
