#include "simulation/simulated_network.hpp"

#include "unit/simulation/manual_world.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

TEST_CASE("simulated network: connects, asks and is answered") {
  network_world w;
  auto link = w.connect(0);
  CHECK(link.client->connected);
  CHECK(w.network.open_connections() == 1);
  w.send(link, wire::hello{16, 5});
  w.run(milliseconds{100});
  CHECK(link.client->take<wire::hello>() == wire::hello{16, 5});
  link.wire_end->close();
  CHECK(w.network.open_connections() == 0);
  w.run(milliseconds{100});
  CHECK(link.client->closed.empty());
}

TEST_CASE("simulated network: an address that is none does not answer") {
  network_world w;
  auto link = w.connect(endpoint{"nowhere", 1});
  CHECK(link.client->closed.empty());
  w.run(seconds{5});
  CHECK(link.client->closed == "no answer");
  CHECK_FALSE(link.client->connected);
}

TEST_CASE("simulated network: a store answers for its own segments only") {
  network_world w;
  auto link = w.connect(1);
  w.send(link, wire::setup_append{9, writer_id, segment_name, {}});
  w.run(milliseconds{100});
  CHECK(link.client->take<wire::wrong_host>() == wire::wrong_host{9, segment_name, {}, {}});
}

TEST_CASE("simulated network: a dead store refuses, and what is on its way is lost") {
  network_world w;
  auto link = w.connect(0);
  w.setup(link);
  w.send(link, network_world::block(1));
  REQUIRE(w.stores.kill(0, seconds{1}));
  w.run(milliseconds{900});
  CHECK(link.client->closed == "the store died");
  CHECK(link.client->frames.empty());
  CHECK(w.length() == 0);
  CHECK(w.connect(0).client->closed == "refused");
  w.run(milliseconds{200});
  auto other = w.connect(1);
  w.setup(other);
}

TEST_CASE("simulated network: all connections can be cut") {
  network_world w;
  auto first = w.connect(0);
  auto second = w.connect(1);
  CHECK(w.network.cut_all() == 2);
  w.run(milliseconds{400});
  CHECK(first.client->closed == "cut by the script");
  CHECK(second.client->closed == "cut by the script");
  CHECK(w.network.cut_all() == 0);
  CHECK(w.world.counters.cuts == 2);
}

TEST_CASE("simulated network: a plan that refuses") {
  fault_plan plan;
  plan.refuse = 1;
  network_world w{2, plan};
  CHECK(w.connect(0).client->closed == "refused");
}

TEST_CASE("simulated network: silence passes") {
  fault_plan plan;
  plan.silence = 1;
  plan.silence_max = seconds{2};
  plan.heal_after = milliseconds{150};
  network_world w{2, plan};
  auto link = w.connect(0);
  w.send(link, wire::hello{16, 5});
  w.run(seconds{10});
  CHECK(link.client->take<wire::hello>() == wire::hello{16, 5});
  CHECK(w.noted("falls silent"));
}

TEST_CASE("simulated network: silence in both directions, or in one") {
  fault_plan plan;
  plan.silence = 1;
  plan.silence_max = milliseconds{1};
  network_world w{2, plan};
  auto link = w.connect(0);
  for (int i = 0; i < 50; ++i) {
    w.send(link, wire::keep_alive{});
    w.run(milliseconds{20});
  }
  CHECK(w.noted("falls silent\n"));
  CHECK(w.noted("falls silent towards the store\n"));
  CHECK(w.noted("falls silent towards the client\n"));
}
