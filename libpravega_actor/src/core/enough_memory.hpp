// The one place where a step of the data path meets a lack of memory.
#pragma once

#include <new>
#include <utility>

namespace pravega_actor::internal {

/// Runs `step`. False: there was no memory for it, and it ended where it was. Another exception
/// ends the process.
template <class Step>
[[nodiscard]] bool enough_memory_for(Step&& step) noexcept {
  try {
    std::forward<Step>(step)();
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace pravega_actor::internal
