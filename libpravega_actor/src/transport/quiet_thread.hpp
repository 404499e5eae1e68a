// A thread that leaves all signals to the application's threads.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <thread>
#include <utility>

namespace pravega_actor::detail {

/// Throws std::system_error like std::thread.
template <class F>
[[nodiscard]] std::thread start_quiet_thread(F body) {
  struct signals_blocked {
    signals_blocked() {
      sigset_t all;
      ::sigfillset(&all);
      ::pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    sigset_t before{};
  };
  const signals_blocked inherited_by_the_thread;
  return std::thread{std::move(body)};
}

}  // namespace pravega_actor::detail
