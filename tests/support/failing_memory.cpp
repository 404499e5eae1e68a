#include "support/failing_memory.hpp"

#ifndef __SANITIZE_ADDRESS__
#include <cstdlib>

namespace {

thread_local std::size_t fails_at = 0;
thread_local bool goes_on = false;

void* take(std::size_t bytes) {
  if (fails_at > 1) {
    --fails_at;
  } else if (fails_at == 1) {
    fails_at = goes_on ? 1 : 0;
    throw std::bad_alloc{};
  }
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc{};
}

}  // namespace

void pravega_actor::test::fail_allocation(std::size_t at) {
  fails_at = at;
  goes_on = false;
}

void pravega_actor::test::fail_allocations_from(std::size_t at) {
  fails_at = at;
  goes_on = true;
}

void* operator new(std::size_t bytes) {
  return take(bytes);
}
void* operator new[](std::size_t bytes) {
  return take(bytes);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif
