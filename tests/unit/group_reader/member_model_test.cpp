// Members of a group over random histories: nothing is lost, doubled or reordered.
#include "support/catch.hpp"
#include "unit/group_reader/group_world.hpp"

using namespace pravega_actor;
using test::group_faults;
using test::group_world;

namespace {

void judge(const group_world& world) {
  for (const auto& complaint : world.complaints())
    UNSCOPED_INFO(complaint);
  REQUIRE(world.complaints().empty());
}

struct totals {
  std::size_t events = 0;
  std::size_t read_again = 0;
  std::size_t checkpoints = 0;
};

// Disturbed for half a minute of virtual time, then a minute to heal.
totals run_seeds(std::uint64_t first, std::uint64_t count, group_world::options what) {
  totals all;
  for (auto seed = first; seed < first + count; ++seed) {
    INFO("seed " << seed);
    what.seed = seed;
    what.segments = 1 + static_cast<int>(seed % 5);
    what.members = 1 + static_cast<int>(seed % 4);
    group_world world{what};
    world.run(seconds{30}, true);
    world.run(seconds{60}, false);
    world.check_all_read();
    judge(world);
    all.events += world.events();
    all.read_again += world.read_again();
    all.checkpoints += world.checkpoints_done();
  }
  return all;
}

}  // namespace

TEST_CASE("member model: a quiet group reads each event once") {
  const auto all = run_seeds(1, 20, {});
  CHECK(all.events > 20'000);
  CHECK(all.read_again == 0);
  CHECK(all.checkpoints > 100);
}

TEST_CASE("member model: scales and checkpoints disturb neither order nor number") {
  group_faults faults;
  faults.scales = faults.checkpoints = true;
  const auto all = run_seeds(100, 20, {.faults = faults});
  CHECK(all.read_again == 0);
  CHECK(all.checkpoints > 100);
}

TEST_CASE("member model: only what a dead reader had not released is read again") {
  group_faults faults;
  faults.scales = faults.checkpoints = faults.deaths = true;
  const auto all = run_seeds(200, 20, {.faults = faults});
  CHECK(all.read_again > 0);
}

TEST_CASE("member model: readers that are wrongly declared offline end") {
  group_faults faults;
  faults.scales = faults.suspicions = faults.outages = true;
  const auto all = run_seeds(300, 15, {.faults = faults});
  CHECK(all.read_again > 0);
}

TEST_CASE("member model: release between checkpoints balances without any") {
  group_faults faults;
  faults.scales = true;
  const auto all = run_seeds(
      400, 20,
      {.faults = faults, .checkpoint_interval_ms = 0, .releases_between_checkpoints = true});
  CHECK(all.read_again == 0);
}

TEST_CASE("member model: a new reader has its share within four seconds") {
  group_world world{
      {.segments = 8, .members = 1, .faults = {}, .checkpoint_interval_ms = 1'000}};
  world.run(seconds{10}, true);
  REQUIRE(world.segments_of(0) == 8);
  world.add_member();
  world.run(seconds{4}, true);
  CHECK(world.segments_of(0) == 4);
  CHECK(world.segments_of(1) == 4);
  judge(world);
}

TEST_CASE("member model: readers with a lease take a vanished process offline, and no other") {
  group_faults faults;
  faults.scales = true;
  group_world world{{.segments = 6, .members = 3, .faults = faults, .lease = seconds{10}}};
  world.run(seconds{60}, true);
  REQUIRE(world.state().readers().size() == 3);
  world.vanish(1);
  // Four reports may be missed, one every four seconds; the last one may be four seconds old.
  world.run(seconds{11}, true);
  CHECK(world.state().readers().size() == 3);
  world.run(seconds{14}, true);
  CHECK(world.state().readers() == std::vector<std::string>{"reader-0", "reader-2"});
  world.run(seconds{60}, false);
  CHECK(world.state().readers().size() == 2);
  world.check_all_read();
  judge(world);
}

TEST_CASE("member model: the end of all data reaches every reader") {
  group_world world{{.segments = 4, .members = 3, .faults = {}}};
  world.run(seconds{10}, true);
  world.seal_stream();
  world.run(seconds{30}, false);
  world.check_all_read();
  judge(world);
  CHECK(world.state().is_end_of_data());
  CHECK(world.finished_members() == 3);
  // A checkpoint after the end asks nothing of the applications.
  world.create_checkpoint("late");
  world.run(seconds{5}, false);
  CHECK(world.state().is_complete("late"));
}
