#include "simulation/simulated_connection.hpp"

#include "unit/simulation/manual_world.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

constexpr std::int64_t block_bytes = 100;

// Ten blocks are on their way when the connection is cut; returns how many are stored.
std::int64_t stored_after_cut(const fault_plan& plan, std::uint64_t seed) {
  network_world w{1, plan, seed};
  auto link = w.connect(0);
  w.setup(link);
  for (std::int64_t number = 1; number <= 10; ++number)
    w.send(link, network_world::block(number));
  w.network.cut_all();
  w.run(seconds{2});
  CHECK(link.client->frames.empty());
  CHECK(w.length() % block_bytes == 0);
  const auto stored = w.length() / block_bytes;
  // Whatever arrived was the first part.
  CHECK(w.store.find(segment_name)->attribute(writer_id) == (stored == 0 ? no_value : stored));
  return stored;
}

}  // namespace

TEST_CASE("simulated connection: what a cut connection had sent arrives all the same, or not") {
  fault_plan plan;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    plan.late_delivery = 1;
    CHECK(stored_after_cut(plan, seed) == 10);
    plan.late_delivery = 0;
    CHECK(stored_after_cut(plan, seed) == 0);
  }
}

TEST_CASE("simulated connection: a part of the late blocks is always the first part") {
  fault_plan plan;
  plan.late_delivery = 1;
  plan.partial_late = 1;
  plan.piece_bytes_max = 70;  // frames are cut anywhere
  std::map<std::int64_t, int> seen;
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    ++seen[stored_after_cut(plan, seed)];
  CHECK(seen.size() > 4);
  CHECK_FALSE(seen.contains(10));
}

TEST_CASE("simulated connection: late bytes can land behind those of the next connection") {
  fault_plan plan;
  plan.late_delivery = 1;
  plan.late_max = seconds{2};
  int behind = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    network_world w{1, plan, seed};
    auto first = w.connect(0);
    w.setup(first);
    w.send(first, network_world::block(1));
    w.network.cut_all();
    auto second = w.connect(0);
    w.send(second, wire::setup_append{1, writer_id, segment_name, {}});
    w.run(milliseconds{100});
    behind += second.client->take<wire::append_setup>().last_event_number == no_value;
    w.run(seconds{3});
    CHECK(w.length() == block_bytes);
  }
  CHECK(behind > 5);
  CHECK(behind < 20);
}

TEST_CASE("simulated connection: late blocks meet the seal that came before them") {
  fault_plan plan;
  plan.late_delivery = 1;
  plan.late_max = seconds{1};
  int before = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    network_world w{1, plan, seed};
    auto link = w.connect(0);
    w.setup(link);
    w.send(link, network_world::block(1));
    w.network.cut_all();
    w.run(milliseconds{500});
    w.store.seal(segment_name);
    w.run(seconds{2});
    before += w.length() == block_bytes;
  }
  CHECK(before > 2);
  CHECK(before < 18);
}

TEST_CASE("simulated connection: a piece that cuts its connection comes late itself") {
  fault_plan plan;
  plan.cut = 1;
  plan.late_delivery = 1;
  plan.heal_after = seconds{100};
  network_world w{1, plan};
  auto link = w.connect(0);
  w.send(link, wire::setup_append{1, writer_id, segment_name, {}}, network_world::block(1));
  w.run(seconds{2});
  CHECK(link.client->closed == "cut by the plan");
  CHECK(w.length() == block_bytes);
}

TEST_CASE("simulated connection: SegmentIsSealed arrives, unless a block behind it is reset") {
  fault_plan plan;
  for (const double reset : {0.0, 1.0}) {
    plan.seal_close = reset;
    network_world w{1, plan};
    auto link = w.connect(0);
    w.setup(link);
    w.store.seal(segment_name);
    w.send(link, network_world::block(1), network_world::block(2));
    w.run(seconds{1});
    CHECK(link.client->closed == "closed by the peer");
    CHECK(link.client->frames.size() == (reset > 0 ? 0 : 1));
    CHECK(w.world.counters.seal_closes == (reset > 0 ? 1 : 0));
  }
}

TEST_CASE("simulated connection: one block alone on a sealed segment is always answered") {
  fault_plan plan;
  plan.seal_close = 1;
  network_world w{1, plan};
  auto link = w.connect(0);
  w.setup(link);
  w.store.seal(segment_name);
  w.send(link, network_world::block(1));
  w.run(seconds{1});
  CHECK(link.client->take<wire::segment_is_sealed>().offset == 1);
  CHECK(link.client->closed.empty());
}

TEST_CASE("simulated connection: a reader at the tail hears of seals and moves") {
  network_world w;
  auto link = w.connect(0);
  w.send(link, wire::read_segment{segment_name, 0, 100, {}, 5});
  w.run(milliseconds{100});
  CHECK(link.client->frames.empty());
  REQUIRE(w.stores.move_segment(segment_name, 1));
  w.run(milliseconds{100});
  CHECK(link.client->take<wire::wrong_host>().request_id == 5);
  auto there = w.connect(1);
  w.send(there, wire::read_segment{segment_name, 0, 100, {}, 6});
  w.run(milliseconds{100});
  w.store.seal(segment_name);
  w.run(milliseconds{100});
  CHECK(there.client->take<wire::segment_is_sealed>().request_id == 6);
  w.send(there, wire::read_segment{segment_name, 0, 100, {}, 7});
  w.run(milliseconds{100});
  CHECK(there.client->take<wire::segment_read>().end_of_segment);
}
