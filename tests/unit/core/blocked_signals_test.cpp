#include "core/blocked_signals.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

bool is_blocked(int signal) {
  sigset_t now;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
  return ::sigismember(&now, signal) == 1;
}

}  // namespace

TEST_CASE("signals are blocked in a scope, and then as before", "[blocked_signals]") {
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, SIGUSR2);
  ::pthread_sigmask(SIG_BLOCK, &one, nullptr);
  {
    const blocked_signals scope;
    CHECK(is_blocked(SIGUSR1));
    CHECK(is_blocked(SIGTERM));
    { const blocked_signals inner; }
    CHECK(is_blocked(SIGUSR1));
  }
  CHECK_FALSE(is_blocked(SIGUSR1));
  CHECK(is_blocked(SIGUSR2));
  ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
}
