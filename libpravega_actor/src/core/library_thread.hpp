// Whether the calling thread belongs to the library.
#pragma once

namespace pravega_actor {

namespace detail {

inline thread_local bool is_library_thread = false;

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

}  // namespace pravega_actor
