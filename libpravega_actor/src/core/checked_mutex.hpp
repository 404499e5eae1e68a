// A mutex whose use clang checks.
#pragma once

#include <mutex>

#include "core/thread_annotations.hpp"

namespace pravega_actor::internal {

/// std::mutex, with annotations.
class PRAVEGA_ACTOR_CAPABILITY("mutex") checked_mutex {
 public:
  void lock() PRAVEGA_ACTOR_ACQUIRE() { mutex_.lock(); }
  void unlock() PRAVEGA_ACTOR_RELEASE() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds the mutex as long as it lives, or until `unlock`. Cannot be passed on: a function
/// either is called with the lock held and leaves it so, or does not know of it.
class PRAVEGA_ACTOR_SCOPED_CAPABILITY checked_lock {
 public:
  explicit checked_lock(checked_mutex& mutex) PRAVEGA_ACTOR_ACQUIRE(mutex) : lock_{mutex} {}
  ~checked_lock() PRAVEGA_ACTOR_RELEASE() = default;
  checked_lock(const checked_lock&) = delete;
  checked_lock& operator=(const checked_lock&) = delete;
  /// Before the end of the scope. Once.
  void unlock() PRAVEGA_ACTOR_RELEASE() { lock_.unlock(); }

 private:
  std::unique_lock<checked_mutex> lock_;
};

/// Names a lock in annotations for a class that is guarded by the mutex of another class. The
/// other class's function that returns the mutex says PRAVEGA_ACTOR_RETURNS_LOCK of this name.
class PRAVEGA_ACTOR_CAPABILITY("lock") lock_name {};

}  // namespace pravega_actor::internal
