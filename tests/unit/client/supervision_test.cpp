#include "pravega_actor/supervision.hpp"

#include "support/actor_world.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

namespace {

caf::behavior idle(caf::event_based_actor* self, int* spawned) {
  ++*spawned;
  return {[self](int) { self->quit(); }};
}

class idle_class final : public caf::event_based_actor {
 public:
  idle_class(caf::actor_config& as, int* spawned) : caf::event_based_actor{as} { ++*spawned; }
  caf::behavior make_behavior() override {
    return {[this](int) { quit(); }};
  }
};

}  // namespace

TEST_CASE("a child is an actor of any type, or the error that prevented it", "[supervision]") {
  actor_world w;
  int spawned = 0;
  const auto plain = w.system.spawn(idle, &spawned);
  const started_child from_plain{plain};
  REQUIRE(from_plain.get());
  CHECK((*from_plain.get())->id() == plain.id());

  const auto typed = w.system.spawn(
      [](supervision_event_sink::pointer) -> supervision_event_sink::behavior_type {
        return {[](const supervision_event&) {}};
      });
  const started_child from_typed{typed};
  REQUIRE(from_typed.get());
  CHECK((*from_typed.get())->id() == typed.id());

  CHECK(started_child{caf::actor{}}.get().error() == errc::actor_terminated);
  CHECK(started_child{error{errc::would_block}}.get().error() == errc::would_block);
  caf::anon_send(plain, 1);
  w.run();
}

TEST_CASE("a start spawns actors from functions and from classes", "[supervision]") {
  actor_world w;
  int spawned = 0;
  std::vector<caf::actor> made;
  w.system.spawn([&](caf::event_based_actor* parent) {
    const child_start as{parent, "shop/worker", 1, w.env};
    made.push_back(as.spawn(idle, &spawned));
    made.push_back(as.spawn<caf::linked>(idle, &spawned));
    made.push_back(as.spawn<idle_class>(&spawned));
  });
  w.run();
  CHECK(made.size() == 3);
  CHECK(spawned == 3);
  for (const auto& each : made)
    caf::anon_send(each, 1);
  made.clear();
  w.run();
}
