#include "core/forked_child.hpp"

#include <pthread.h>

namespace pravega_actor {

void watch_for_forks() noexcept {
  static const int registered = ::pthread_atfork(
      nullptr, nullptr, [] { detail::is_forked_child.store(true, std::memory_order_relaxed); });
  (void)registered;
}

error forked_child_error() {
  return error{errc::closed,
               "this process is a fork of one that had a client, and a client's threads and "
               "connections do not survive a fork; fork before the first client is made, or "
               "run a program of its own (exec) in the child"};
}

}  // namespace pravega_actor
