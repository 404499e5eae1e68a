// Memory that runs out when told, in programs that are linked with pravega_actor_test_memory.
// Not under AddressSanitizer, which has an allocator of its own.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace pravega_actor::test {

/// The allocation of this thread that fails, counted from 1; 0: none.
void fail_allocation(std::size_t at);
/// That one and all that follow fail, until `fail_allocation(0)`.
void fail_allocations_from(std::size_t at);

/// Whether `step` let std::bad_alloc out; its `at`-th allocation fails.
template <class Step>
bool fails(std::size_t at, Step&& step) {
  fail_allocation(at);
  try {
    std::forward<Step>(step)();
  } catch (const std::bad_alloc&) {
    return true;
  }
  fail_allocation(0);
  return false;
}

/// The same; all allocations from the `at`-th on fail.
template <class Step>
bool fails_from(std::size_t at, Step&& step) {
  fail_allocations_from(at);
  bool failed = false;
  try {
    std::forward<Step>(step)();
  } catch (const std::bad_alloc&) {
    failed = true;
  }
  fail_allocation(0);
  return failed;
}

}  // namespace pravega_actor::test
