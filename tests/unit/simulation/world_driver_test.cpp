// Steps of a world, and what happens when virtual time stands still.
#include "simulation/world_driver.hpp"

#include <caf/all.hpp>
#include <memory>

#include "pravega_sandbox/sweep.hpp"
#include "support/catch.hpp"

namespace pravega_sandbox {
namespace {

using Catch::Contains;
using pravega_actor::milliseconds;
using pravega_actor::seconds;

using ball = caf::atom_constant<caf::atom("ball")>;
using serve = caf::atom_constant<caf::atom("serve")>;

struct player_state {
  const char* name = "player";
};

caf::behavior player(caf::stateful_actor<player_state>*) {
  return {[](ball) { return ball::value; }};
}

struct partner_state {
  caf::actor other;
  const char* name = "partner";
};

// Plays with a player, without a pause, once it has served.
caf::behavior partner(caf::stateful_actor<partner_state>* self, milliseconds serves_after) {
  self->state.other = self->spawn(player);
  self->delayed_send(self, serves_after, serve::value);
  return {[self](serve) { self->send(self->state.other, ball::value); },
          [self](ball) { self->send(self->state.other, ball::value); }};
}

struct office_state {
  caf::actor worker;
  const char* name = "office";
};

struct worker_state {
  const char* name = "worker";
};

caf::behavior worker(caf::stateful_actor<worker_state>* self) {
  self->quit(caf::exit_reason::user_shutdown);
  return {[](ball) {}};
}

// Restarts a worker that cannot work.
caf::behavior office(caf::stateful_actor<office_state>* self) {
  const auto start = [self] { self->state.worker = self->spawn<caf::monitored>(worker); };
  self->set_down_handler([start](const caf::down_msg&) { start(); });
  start();
  return {[](ball) {}};
}

struct keeper_state {
  caf::actor kept;
  const char* name = "keeper";
};

// Two of them that keep each other never end.
caf::behavior keeper(caf::stateful_actor<keeper_state>* self) {
  return {[self](const caf::actor& other) { self->state.kept = other; }};
}

// Ends, but not before it has a successor that does the same.
void successor(caf::event_based_actor* self) {
  self->system().spawn(successor);
}

simulation_options limited(std::uint64_t steps) {
  simulation_options options;
  options.steps_at_instant_max = steps;
  return options;
}

}  // namespace

TEST_CASE("world driver: actors that play without a pause end a run, and are named") {
  simulation world{1, {}, limited(5000)};
  world.system().spawn(partner, milliseconds{10});
  CHECK(world.standstill().empty());
  CHECK_FALSE(world.run_until([] { return false; }, seconds{60}));
  CHECK_THAT(world.standstill(), Contains("after 5000 steps at the same instant"));
  CHECK_THAT(world.standstill(), Contains("player (500)") && Contains("partner (500)"));
  CHECK_THAT(world.trace(), Contains("     10000 virtual time stands still"));
  CHECK_FALSE(world.step());
  const auto before = world.now();
  world.run_for(seconds{1});
  CHECK(world.now() == before);
  CHECK(world.counters().steps < 6000);
}

TEST_CASE("world driver: a supervisor that restarts without a pause ends a run") {
  simulation world{1, {}, limited(5000)};
  // A handle: without one, the office itself would end.
  const auto kept = world.system().spawn(office);
  world.run_for(seconds{1});
  CHECK_THAT(world.standstill(), Contains("office (") && Contains("worker ("));
}

TEST_CASE("world driver: callbacks without a delay end a run") {
  simulation world{1, {}, limited(5000)};
  std::function<void()> again = [&] { world.after(milliseconds{0}, again); };
  again();
  world.run_for(seconds{1});
  CHECK_THAT(world.standstill(), Contains("callbacks still follow each other"));
}

TEST_CASE("world driver: as many steps as allowed at one instant are no standstill") {
  const auto steps_of_ten = [](std::uint64_t limit) {
    simulation world{1, {}, limited(limit)};
    for (int instant = 0; instant < 10; ++instant)
      for (int i = 0; i < 100; ++i)
        world.after(milliseconds{instant}, [] {});
    world.run_for(seconds{1});
    return std::pair{world.counters().steps, world.standstill().empty()};
  };
  CHECK(steps_of_ten(100) == std::pair{std::uint64_t{1000}, true});
  CHECK(steps_of_ten(99) == std::pair{std::uint64_t{99}, false});
}

TEST_CASE("world driver: a standstill at the end of the world is found, and the world ends") {
  simulation world{1, {}, limited(5000)};
  world.system().spawn(partner, milliseconds{60'000});
  world.run_for(seconds{1});
  CHECK(world.standstill().empty());
  CHECK_THAT(world.end(), Contains("partner ("));
  CHECK(world.live_actors() == 0);
  CHECK(world.end() == world.standstill());
}

TEST_CASE("world driver: actors that still live at the end of the world are killed") {
  simulation world{1, {}};
  auto first = world.system().spawn(keeper);
  auto second = world.system().spawn(keeper);
  caf::anon_send(first, second);
  caf::anon_send(second, first);
  first = second = nullptr;
  world.run_for(seconds{1});
  CHECK(world.live_actors() == 2);
  CHECK(world.end().empty());
  CHECK(world.live_actors() == 0);
  CHECK_THAT(world.trace(), Contains("the end of the world kills keeper, keeper\n"));
}

TEST_CASE("world driver: the world ends though each busy actor has a successor") {
  auto world = std::make_unique<simulation>(1, fault_plan{}, limited(5000));
  world->system().spawn(successor);
  world->run_for(seconds{1});
  CHECK_FALSE(world->standstill().empty());
  world.reset();
  CHECK(world == nullptr);
}

TEST_CASE("world driver: a sweep reports a world that stands still") {
  sweep_options options;
  options.world = limited(5000);
  const auto during = sweep(options, [](simulation& world) -> std::string {
    world.system().spawn(partner, milliseconds{10});
    return world.run_until([] { return false; }, seconds{60}) ? "" : "the game does not end";
  });
  REQUIRE_FALSE(during);
  CHECK_THAT(during.failure->what, Contains("virtual time stands still") &&
                                       Contains("player (500)\nthe game does not end"));
  const auto behind = sweep(options, [](simulation& world) {
    world.system().spawn(partner, milliseconds{60'000});
    return std::string{};
  });
  REQUIRE_FALSE(behind);
  CHECK(behind.failure->seed == 1);
  CHECK_THAT(behind.failure->what, Contains("virtual time stands still"));
  CHECK_THAT(behind.failure->trace_end, Contains("virtual time stands still"));
}

}  // namespace pravega_sandbox
