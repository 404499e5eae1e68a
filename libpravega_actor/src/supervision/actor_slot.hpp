// A place where the current incarnation of a restarted actor is found.
#pragma once

#include <caf/all.hpp>
#include <mutex>

namespace pravega_actor::internal {

/// Holds the handle of an actor that its supervisor may replace: users read it for each message
/// and keep no copy. Thread-safe.
class actor_slot {
 public:
  void set(caf::actor now) {
    std::lock_guard lock{mutex_};
    std::swap(current_, now);
  }
  [[nodiscard]] caf::actor get() const {
    std::lock_guard lock{mutex_};
    return current_;
  }
  void clear() { set({}); }

 private:
  mutable std::mutex mutex_;
  caf::actor current_;
};

}  // namespace pravega_actor::internal
