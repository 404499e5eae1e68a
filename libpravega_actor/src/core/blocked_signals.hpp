// Keeps signals away from the threads that are started meanwhile.
#pragma once

#include <signal.h>

namespace pravega_actor::internal {

/// Blocks every signal in the calling thread; the end of the scope restores the caller's mask.
/// A new thread inherits the mask, so signals stay with the application's own threads. To stand
/// around whatever may start a thread: CAF's constructor, and most calls of gRPC.
class blocked_signals {
 public:
  blocked_signals() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~blocked_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  blocked_signals(const blocked_signals&) = delete;
  blocked_signals& operator=(const blocked_signals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace pravega_actor::internal
