#include "supervision/weak_handle.hpp"

#include <caf/scheduler/test_coordinator.hpp>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

using counter = caf::typed_actor<caf::reacts_to<int>>;

struct virtual_system {
  struct settings : caf::actor_system_config {
    settings() { set("scheduler.policy", caf::atom("testing")); }
  };
  settings chosen;
  caf::actor_system system{chosen};
  caf::scheduler::test_coordinator& jobs =
      dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  int sum = 0;

  counter spawn() {
    return system.spawn(
        [this]() -> counter::behavior_type { return {[this](int more) { sum += more; }}; });
  }
};

}  // namespace

TEST_CASE("a weak handle sends while its actor lives", "[weak_handle]") {
  virtual_system s;
  auto strong = s.spawn();
  const weak_handle<counter> weak{strong};
  weak.send(3);
  weak.send(4);
  s.jobs.run();
  CHECK(s.sum == 7);
  CHECK(weak.lock() == strong);
}

TEST_CASE("a weak handle does not keep its actor alive", "[weak_handle]") {
  virtual_system s;
  auto strong = s.spawn();
  const weak_handle<counter> weak{strong};
  const auto copy = weak;
  strong = nullptr;
  s.jobs.run();
  CHECK_FALSE(weak.lock());
  CHECK_FALSE(copy.lock());
  weak.send(3);
  s.jobs.run();
  CHECK(s.sum == 0);
  CHECK(s.system.registry().running() == 0);
}

TEST_CASE("what is sent to no actor goes nowhere", "[weak_handle]") {
  const weak_handle<counter> none;
  CHECK_FALSE(none.lock());
  CHECK_NOTHROW(none.send(1));
}

TEST_CASE("an actor's weak handle on itself does not keep it alive", "[weak_handle]") {
  virtual_system s;
  weak_handle<counter> typed;
  counter one = s.system.spawn([&](counter::pointer self) -> counter::behavior_type {
    typed = weak_self(self);
    return {[&](int more) { s.sum += more; }};
  });
  s.jobs.run();
  typed.send(3);
  s.jobs.run();
  CHECK(s.sum == 3);
  one = nullptr;
  s.jobs.run();
  CHECK_FALSE(typed.lock());
}
