// Whether the calling thread belongs to the library, or runs a callback for it, and so must not
// wait for the library.
#pragma once

#include <utility>

#include "pravega_actor/error.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

inline thread_local bool is_library_thread = false;
inline thread_local bool is_in_callback = false;
inline thread_local unsigned worlds_in_thread = 0;
/// Workers of every CAF system have this name, also those of the application's own system.
[[nodiscard]] bool is_actor_worker() noexcept;

/// Library threads cannot wait for their own end: what would join them has to be done
/// elsewhere.
[[nodiscard]] inline bool on_library_thread() noexcept {
  return is_library_thread;
}
/// To be called in a thread of the library when it starts.
inline void mark_library_thread() noexcept {
  is_library_thread = true;
}

/// Stands where the library calls the user's code, in whatever thread; may be nested.
class callback_scope {
 public:
  callback_scope() noexcept : outer_{std::exchange(is_in_callback, true)} {}
  ~callback_scope() { is_in_callback = outer_; }
  callback_scope(const callback_scope&) = delete;
  callback_scope& operator=(const callback_scope&) = delete;

 private:
  const bool outer_;
};

/// Stands where one thread does everything, in virtual time: nobody would answer one who waits.
class single_thread_scope {
 public:
  single_thread_scope() noexcept { ++worlds_in_thread; }
  ~single_thread_scope() { --worlds_in_thread; }
  single_thread_scope(const single_thread_scope&) = delete;
  single_thread_scope& operator=(const single_thread_scope&) = delete;
};

/// Whether a call may wait here for the library's other threads: neither in a thread that
/// everybody else waits for (a worker of any actor system is one) nor in a callback, behind
/// which the next ones stand, nor in a simulation.
[[nodiscard]] inline bool may_wait() noexcept {
  return !is_library_thread && !is_in_callback && worlds_in_thread == 0 && !is_actor_worker();
}

/// would_block where `may_wait` is false. Every call that waits asks here first.
[[nodiscard]] inline result<void> check_may_wait(stage at = stage::none) {
  if (may_wait()) return {};
  return error{errc::would_block,
               "callbacks, actors and simulations must not wait: they hold up the thread that "
               "they wait for; use the form of the call that does not wait"}
      .with_stage(at);
}

}  // namespace pravega_actor::internal
