// Whether this process is a fork of one that had a client: threads and connections stay behind.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "pravega_actor/error.hpp"

namespace pravega_actor::internal {

inline std::atomic<bool> is_forked_child{false};

/// True in a child of a process that called `watch_for_forks` before the fork. In such a child
/// every handle refuses to work, and destructors leave alone what they would have to wait for:
/// the threads are gone, and locks may be held by threads that are gone. Costs one load.
[[nodiscard]] inline bool in_forked_child() noexcept {
  return is_forked_child.load(std::memory_order_relaxed);
}

/// To be called before the first thread is started. Idempotent.
void watch_for_forks() noexcept;

/// Lets go of an object without ending it, for destructors in a forked child. It is kept for as
/// long as the process lives, or ends where there is no memory for that.
void leave_alone(std::shared_ptr<const void>&& held) noexcept;

/// What a handle answers in a forked child: `closed`.
[[nodiscard]] error forked_child_error();

}  // namespace pravega_actor::internal
