#include "supervision/actor_slot.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a slot holds the current incarnation", "[actor_slot]") {
  caf::actor_system_config cfg;
  cfg.set("scheduler.max-threads", std::size_t{1});
  caf::actor_system system{cfg};
  actor_slot<caf::actor> slot;
  CHECK(slot.get() == nullptr);
  auto first = system.spawn([](caf::event_based_actor*) { return caf::behavior{[](int) {}}; });
  auto second = system.spawn([](caf::event_based_actor*) { return caf::behavior{[](int) {}}; });
  slot.set(first);
  CHECK(slot.get() == first);
  slot.set(second);
  CHECK(slot.get() == second);
  slot.clear();
  CHECK(slot.get() == nullptr);
  caf::anon_send_exit(first, caf::exit_reason::kill);
  caf::anon_send_exit(second, caf::exit_reason::kill);
}
