#include "server/io_thread.hpp"

#include <pthread.h>
#include <signal.h>

namespace pravega_sandbox {

// Signals are the application's matter: none is delivered to this thread.
void io_thread::start() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread{[this] { io_.run(); }};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void io_thread::stop() {
  if (!thread_.joinable()) return;
  work_.reset();
  thread_.join();
}

}  // namespace pravega_sandbox
