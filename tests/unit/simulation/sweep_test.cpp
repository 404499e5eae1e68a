#include "pravega_sandbox/sweep.hpp"

#include <stdexcept>

#include "simulation/plan_fields.hpp"
#include "support/catch.hpp"

namespace pravega_sandbox {
namespace {

using pravega_actor::milliseconds;
using pravega_actor::seconds;

sweep_options ten() {
  sweep_options options;
  options.seeds = 10;
  return options;
}

}  // namespace

TEST_CASE("sweep: every seed runs while everything holds", "[sweep]") {
  std::uint64_t runs = 0;
  const auto found = sweep(ten(), [&](simulation&) {
    ++runs;
    return std::string{};
  });
  CHECK(found);
  CHECK(found.runs == 10);
  CHECK(runs == 10);
}

TEST_CASE("sweep: the first failure ends it and is described", "[sweep]") {
  auto options = ten();
  options.first_seed = 5;
  options.trace_lines_max = 2;
  options.plan = [](std::uint64_t) { return fault_plan{}; };
  std::uint64_t runs = 0;
  const auto found = sweep(options, [&](simulation& world) {
    for (const char* line : {"one", "two", "three"})
      world.note(line);
    return ++runs == 3 ? std::string{"it broke"} : std::string{};
  });
  REQUIRE_FALSE(found);
  CHECK(found.runs == 3);
  CHECK(found.failure->seed == 7);
  CHECK(found.failure->trace_end == "         0 two\n         0 three\n");
  CHECK(found.failure->to_string() ==
        "seed 7 fails\nplan: no faults\nit broke\nthe end of its trace:\n"
        "         0 two\n         0 three\n");
}

TEST_CASE("sweep: an exception is a failure", "[sweep]") {
  const auto found =
      sweep(ten(), [](simulation&) -> std::string { throw std::runtime_error{"mine"}; });
  REQUIRE_FALSE(found);
  CHECK(found.failure->what == "exception: mine");
}

TEST_CASE("sweep: faults that a failure does not need are taken out of its plan", "[sweep]") {
  auto options = ten();
  options.plan = [](std::uint64_t) {
    fault_plan plan;
    plan.cut = 0.1;
    plan.kill = 0.2;
    plan.crash = 0.3;
    plan.heal_after = seconds{7};
    return plan;
  };
  // Fails where actors may be killed, whatever else happens.
  const auto run = [](simulation& world) {
    bool faults = false;
    for (int i = 0; i < 200; ++i)
      faults = world.strikes("stage", "here") || faults;
    return faults ? std::string{"killed"} : std::string{};
  };
  const auto found = sweep(options, run);
  REQUIRE_FALSE(found);
  CHECK(to_string(found.failure->plan) == "kill 0.2");
  options.shrinking_runs_max = 0;
  CHECK(to_string(sweep(options, run).failure->plan) ==
        "heal_after 7000 ms, cut 0.1, crash 0.3, kill 0.2");
}

TEST_CASE("sweep: every field of a plan is in the list of fields", "[sweep]") {
  // All fields have sizes of eight bytes.
  std::size_t count = 0;
  each_field([&](std::string_view, auto) { ++count; });
  CHECK(count * 8 == sizeof(fault_plan));
}

TEST_CASE("sweep: every field of a plan is named", "[sweep]") {
  CHECK(to_string(fault_plan{}) == "no faults");
  fault_plan plan;
  plan.kill_at = 12;
  plan.delay_max = milliseconds{50};
  plan.piece_bytes_max = 7;
  CHECK(to_string(plan) == "kill_at 12, delay_max 50 ms, piece_bytes_max 7");
}

}  // namespace pravega_sandbox
