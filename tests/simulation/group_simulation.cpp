// Runs seeded simulations of a reader group whose members crash, die, leave and come.
//
//   group_simulation --first N --count N [--trace FILE] [--struck FILE] [--show] [--whole-life]
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <set>
#include <string>
#include <string_view>

#include "simulation/group_workload.hpp"
#include "simulation/seed_runs.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using simulation_tests::group_counters;
using simulation_tests::group_life;
using simulation_tests::group_size;
using simulation_tests::group_workload;

struct totals {
  std::uint64_t kills = 0;
  std::uint64_t cuts = 0;
  group_counters seen;
  std::set<std::string> struck;
};

std::vector<std::string> run_one(std::uint64_t seed, bool whole_life, std::ostream& trace,
                                 totals& sum) {
  auto plan = fault_plan::from_seed(seed);
  const auto life = !whole_life     ? group_life::quiet
                    : seed % 2 == 0 ? group_life::damaged
                                    : group_life::whole;
  if (whole_life) {
    plan = {};
    plan.kill = life == group_life::whole ? 0.015 : 0.025;
    plan.heal_after = pravega_actor::seconds{200};
  }
  simulation world{seed, plan, {1 + seed % 3}};
  group_size size;
  size.segments = static_cast<std::int32_t>(1 + seed % 5);
  size.members = 2 + seed % 4;
  size.scales = seed % 5;
  size.changes = seed % 6;
  size.compactions = seed % 3;
  if (life == group_life::whole) size = {40, 2, 2, 1, 2, 0, life};
  if (life == group_life::damaged) size = {5, 2, 6, 0, 0, 0, life};
  group_workload work{world, size};
  auto found = work.run();
  trace << "== seed " << seed << '\n' << world.trace();
  sum.kills += world.counters().kills;
  sum.cuts += world.counters().cuts;
  sum.struck.insert(world.struck().begin(), world.struck().end());
  const auto& seen = work.counters();
  sum.seen.joined += seen.joined;
  sum.seen.crashes += seen.crashes;
  sum.seen.leaves += seen.leaves;
  sum.seen.failures += seen.failures;
  sum.seen.scales += seen.scales;
  sum.seen.checkpoints += seen.checkpoints;
  sum.seen.compactions += seen.compactions;
  sum.seen.resets += seen.resets;
  sum.seen.finished += seen.finished;
  sum.seen.processed_again += seen.processed_again;
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  const bool whole_life =
      std::count(argv + 1, argv + argc, std::string_view{"--whole-life"}) > 0;
  simulation_tests::seed_runs runs{argc, argv};
  totals sum;
  runs.run_all([&](std::uint64_t seed, std::ostream& trace) {
    return run_one(seed, whole_life, trace, sum);
  });
  runs.write_struck(sum.struck);
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "%llu runs, %llu failed; %llu cuts, %llu kills, %llu joined, %llu crashed, %llu left, "
      "%llu failed, %llu scales, %llu checkpoints delivered, %llu compactions, "
      "%llu events again\n",
      number(runs.count()), number(runs.failures()), number(sum.cuts), number(sum.kills),
      number(sum.seen.joined), number(sum.seen.crashes), number(sum.seen.leaves),
      number(sum.seen.failures), number(sum.seen.scales), number(sum.seen.checkpoints),
      number(sum.seen.compactions), number(sum.seen.processed_again));
  // Nothing that was meant to happen may be missing.
  const auto& seen = sum.seen;
  const bool lived = seen.resets > 0 && seen.finished > 0;
  const bool disturbed = sum.cuts > 0 && seen.crashes > 0 && seen.leaves > 0 &&
                         seen.failures > 0 && seen.scales > 0 && seen.compactions > 0 &&
                         seen.processed_again > 0;
  const bool exercised = runs.count() < 20 || (sum.kills > 0 && seen.checkpoints > 0 &&
                                               (whole_life ? lived : disturbed));
  return runs.end(exercised);
}
