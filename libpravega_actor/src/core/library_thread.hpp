// Whether the calling thread belongs to the library, or runs a callback for it, and so must not
// wait for the library.
#pragma once

#include <utility>

#include "pravega_actor/error.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor {

namespace detail {

inline thread_local bool is_library_thread = false;
inline thread_local bool is_in_callback = false;

}  // namespace detail

/// Library threads cannot wait for their own end: what would join them has to be done
/// elsewhere.
[[nodiscard]] inline bool on_library_thread() noexcept {
  return detail::is_library_thread;
}
/// To be called in a thread of the library when it starts.
inline void mark_library_thread() noexcept {
  detail::is_library_thread = true;
}

/// Stands where the library calls the user's code, in whatever thread; may be nested.
class callback_scope {
 public:
  callback_scope() noexcept : outer_{std::exchange(detail::is_in_callback, true)} {}
  ~callback_scope() { detail::is_in_callback = outer_; }
  callback_scope(const callback_scope&) = delete;
  callback_scope& operator=(const callback_scope&) = delete;

 private:
  const bool outer_;
};

/// Whether a call may wait here for the library's other threads: neither in a thread that
/// everybody else waits for nor in a callback, behind which the next ones stand.
[[nodiscard]] inline bool may_wait() noexcept {
  return !detail::is_library_thread && !detail::is_in_callback;
}

/// would_block where `may_wait` is false. Every call that waits asks here first.
[[nodiscard]] inline result<void> check_may_wait(stage at = stage::none) {
  if (may_wait()) return {};
  return error{errc::would_block,
               "a callback must not wait: it holds up the thread that it waits for; use the "
               "form of the call that does not wait"}
      .with_stage(at);
}

}  // namespace pravega_actor
