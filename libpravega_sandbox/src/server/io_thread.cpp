#include "server/io_thread.hpp"

#include "core/blocked_signals.hpp"

namespace pravega_sandbox {

// Signals are the application's matter: none is delivered to this thread.
void io_thread::start() {
  const pravega_actor::internal::blocked_signals inherited_by_the_thread;
  thread_ = std::thread{[this] { io_.run(); }};
}

void io_thread::stop() {
  if (!thread_.joinable()) return;
  work_.reset();
  thread_.join();
}

}  // namespace pravega_sandbox
