#include "core/library_thread.hpp"

#include <pthread.h>

#include <array>
#include <string_view>

namespace pravega_actor::internal {

namespace {

// CAF 0.17.6 names its workers so.
constexpr std::string_view worker_name = "caf.multiplexer";

bool has_workers_name() noexcept {
  std::array<char, 16> name{};
  return pthread_getname_np(pthread_self(), name.data(), name.size()) == 0 &&
         worker_name == name.data();
}

}  // namespace

bool is_actor_worker() noexcept {
  // A thread has its name before it runs the first actor.
  static thread_local const bool found = has_workers_name();
  return found;
}

}  // namespace pravega_actor::internal
