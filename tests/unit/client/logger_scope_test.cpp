#include "client/logger_scope.hpp"

#include <future>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

caf::behavior idle(caf::event_based_actor*) {
  return {[](int) {}};
}

}  // namespace

TEST_CASE("a thread that spawned does not hold the actor system back", "[logger_scope]") {
  std::promise<void> spawned;
  std::promise<void> over;
  std::thread other;
  {
    caf::actor_system_config settings;
    caf::actor_system system{settings};
    other = std::thread{[&] {
      {
        const logger_scope here{&system};
        caf::anon_send_exit(system.spawn(idle), caf::exit_reason::user_shutdown);
      }
      spawned.set_value();
      over.get_future().wait();
    }};
    spawned.get_future().wait();
  }  // would wait for the thread
  over.set_value();
  other.join();
  SUCCEED("the system ended before the thread");
}

TEST_CASE("what belonged to the system before still does", "[logger_scope]") {
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  REQUIRE(caf::logger::current_logger() == &system.logger());
  { const logger_scope here{&system}; }
  CHECK(caf::logger::current_logger() == &system.logger());
  { const logger_scope here; }
  CHECK(caf::logger::current_logger() == nullptr);
}
