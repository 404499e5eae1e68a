#include "simulation/seeded_environment.hpp"

#include "unit/simulation/manual_world.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

constexpr auto before = strike_moment::before;
constexpr auto after = strike_moment::after;
const std::vector<std::string> visible{"supervisor", "stream_reader", "stream_worker",
                                       "synchronizer", "transaction"};

fault_plan always(bool visibly) {
  fault_plan plan;
  plan.kill = 1.0;
  plan.kill_visibly = visibly;
  return plan;
}

}  // namespace

TEST_CASE("seeded environment: actors die where the plan says") {
  manual_world w{1, always(false)};
  seeded_environment env{w.world};
  CHECK(env.strike("segment_writer", "connect", before));
  CHECK(env.strike("segment_writer", "connect", after));
  CHECK(w.world.struck ==
        std::set<std::string>{"segment_writer before connect", "segment_writer after connect"});
  CHECK(w.world.counters.actions == 2);
  CHECK(w.world.counters.kills == 2);
  CHECK(w.noted("kill segment_writer before connect"));
}

TEST_CASE("seeded environment: only a plan that says so kills visibly") {
  for (const bool visibly : {false, true}) {
    manual_world w{1, always(visibly)};
    seeded_environment env{w.world};
    for (const auto& each : visible)
      CHECK(env.strike(each, "anything", before) == visibly);
    CHECK(w.world.struck.size() == (visibly ? visible.size() : 0));
    // A moment at which nothing may die does not count.
    CHECK(w.world.counters.actions == w.world.struck.size());
  }
}

TEST_CASE("seeded environment: one moment of the run, after the faults, too") {
  fault_plan plan;
  plan.kill_at = 2;
  manual_world w{1, plan};
  w.world.healed = true;
  seeded_environment env{w.world};
  CHECK_FALSE(env.strike("connection", "close", before));
  CHECK(env.strike_at("shop before the release"));
  CHECK_FALSE(env.strike("connection", "close", after));
  CHECK(w.world.struck == std::set<std::string>{"shop before the release"});
}
