#include "transport/quiet_thread.hpp"

#include <csignal>
#include <memory>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

bool blocks(int signal) {
  sigset_t now;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
  return ::sigismember(&now, signal) == 1;
}

}  // namespace

TEST_CASE("a quiet thread leaves the signals to others") {
  REQUIRE_FALSE(blocks(SIGTERM));
  bool there[3] = {};
  auto thread = internal::start_quiet_thread([&there] {
    there[0] = blocks(SIGTERM);
    there[1] = blocks(SIGINT);
    there[2] = blocks(SIGUSR1);
  });
  thread.join();
  CHECK(there[0]);
  CHECK(there[1]);
  CHECK(there[2]);
  // The thread that started it hears them as before.
  CHECK_FALSE(blocks(SIGTERM));
}

TEST_CASE("a quiet thread takes over what it runs") {
  auto held = std::make_unique<int>(1);
  int seen = 0;
  auto thread = internal::start_quiet_thread([mine = std::move(held), &seen] { seen = *mine; });
  thread.join();
  CHECK(seen == 1);
}
