#include "core/forked_child.hpp"

#include <pthread.h>

#include <new>

namespace pravega_actor::internal {

namespace {

/// A list that only grows: what is in it is in use, and no leak.
struct left_alone {
  std::shared_ptr<const void> held;
  left_alone* next;
};
std::atomic<left_alone*> first_left_alone{nullptr};

}  // namespace

void leave_alone(std::shared_ptr<const void>&& held) noexcept {
  auto* const fresh = new (std::nothrow) left_alone{std::move(held), nullptr};
  if (fresh == nullptr) return;
  fresh->next = first_left_alone.load();
  while (!first_left_alone.compare_exchange_weak(fresh->next, fresh)) {
  }
}

void watch_for_forks() noexcept {
  static const int registered = ::pthread_atfork(
      nullptr, nullptr, [] { is_forked_child.store(true, std::memory_order_relaxed); });
  (void)registered;
}

error forked_child_error() {
  return error{errc::closed,
               "this process is a fork of one that had a client, and a client's threads and "
               "connections do not survive a fork; fork before the first client is made, or "
               "run a program of its own (exec) in the child"};
}

}  // namespace pravega_actor::internal
