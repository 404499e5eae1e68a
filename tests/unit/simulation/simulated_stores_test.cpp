#include "simulation/simulated_stores.hpp"

#include "unit/simulation/manual_world.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

struct stores_world : manual_world {
  store_model store;
  simulated_stores stores;
  std::vector<std::size_t> ended;

  explicit stores_world(std::size_t count, const fault_plan& plan = {})
      : manual_world{1, plan}, stores{world, store, count} {
    stores.on_death([this](std::size_t which, const std::string&) { ended.push_back(which); });
    store.create(segment_name);
  }
};

}  // namespace

TEST_CASE("simulated stores: the model asks them for owners, and they have addresses") {
  stores_world w{3};
  CHECK(w.stores.count() == 3);
  CHECK(w.stores.index_of(w.stores.addresses()[2]) == 2);
  CHECK(w.stores.index_of({"nowhere", 1}) == 3);
  REQUIRE(w.stores.move_segment(segment_name, 2));
  CHECK(w.store.owner_of(segment_name) == 2);
  CHECK_FALSE(w.stores.move_segment(segment_name, 3));
}

TEST_CASE("simulated stores: a move is counted once, and only if it moves something") {
  stores_world w{2};
  const auto from = w.stores.owner_of(segment_name);
  REQUIRE(w.stores.move_segment(segment_name, from));
  CHECK(w.world.counters.moves == 0);
  REQUIRE(w.stores.move_segment(segment_name, 1 - from));
  CHECK(w.world.counters.moves == 1);
  CHECK(w.noted("segment s/t/0.#epoch.0 moves"));
}

TEST_CASE("simulated stores: the segments of a dead store move after the failover") {
  stores_world w{2};
  REQUIRE(w.stores.move_segment(segment_name, 0));
  REQUIRE(w.stores.kill(0, seconds{3}));
  CHECK(w.ended == std::vector<std::size_t>{0});
  CHECK_FALSE(w.stores.reachable(0));
  CHECK_FALSE(w.stores.kill(0, seconds{3}));
  w.run(milliseconds{2999});
  CHECK(w.stores.owner_of(segment_name) == 0);
  w.run(milliseconds{1});
  CHECK(w.stores.owner_of(segment_name) == 1);
  REQUIRE(w.stores.start(0));
  CHECK_FALSE(w.stores.start(0));
  CHECK(w.stores.reachable(0));
  CHECK(w.world.counters.store_kills == 1);
}

TEST_CASE("simulated stores: the failover of an earlier death does not count for a later one") {
  stores_world w{2};
  REQUIRE(w.stores.move_segment(segment_name, 0));
  REQUIRE(w.stores.kill(0, seconds{3}));
  w.run(seconds{2});
  REQUIRE(w.stores.start(0));
  REQUIRE(w.stores.kill(0, seconds{3}));
  w.run(seconds{2});
  CHECK(w.stores.owner_of(segment_name) == 0);
  w.run(seconds{1});
  CHECK(w.stores.owner_of(segment_name) == 1);
}

TEST_CASE("simulated stores: a crash keeps the segments and ends by itself") {
  stores_world w{1};
  w.stores.crash(0, seconds{2});
  CHECK(w.ended == std::vector<std::size_t>{0});
  CHECK(w.stores.alive(0));
  CHECK_FALSE(w.stores.reachable(0));
  w.run(seconds{2});
  CHECK(w.stores.reachable(0));
  CHECK(w.world.counters.crashes == 1);
}

TEST_CASE("simulated stores: the plan kills at connects, spares the last, and revives") {
  fault_plan plan;
  plan.store_kill = 1;
  plan.failover_max = seconds{1};
  plan.store_down_max = seconds{10};
  stores_world w{2, plan};
  w.stores.at_connect(0);
  CHECK_FALSE(w.stores.alive(0));
  w.stores.at_connect(1);
  CHECK(w.stores.alive(1));
  w.stores.at_connect(0);
  CHECK(w.world.counters.store_kills == 1);
  w.run(seconds{10});
  CHECK(w.stores.alive(0));
}

TEST_CASE("simulated stores: the plan moves a segment soon after a request about it") {
  fault_plan plan;
  plan.move = 1;
  plan.heal_after = seconds{5};
  stores_world w{2, plan};
  for (int i = 0; i < 40; ++i)
    w.stores.at_request(segment_name);
  CHECK(w.world.counters.moves == 0);
  w.run(seconds{1});
  const auto moves = w.world.counters.moves;
  CHECK(moves > 5);
  w.run(seconds{4});
  w.stores.at_request(segment_name);
  w.run(seconds{1});
  CHECK(w.world.counters.moves == moves);
}

TEST_CASE("simulated stores: a world of one store is spared moves and deaths") {
  fault_plan plan;
  plan.move = plan.store_kill = 1;
  stores_world w{1, plan};
  w.stores.at_request(segment_name);
  w.stores.at_connect(0);
  w.run(seconds{1});
  CHECK(w.stores.alive(0));
  CHECK(w.world.trace.empty());
}
