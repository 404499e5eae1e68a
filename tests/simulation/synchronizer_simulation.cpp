// Runs seeded simulations of synchronizers that race for one state, under faults, and checks
// that all apply the same updates in the same order, each accepted one exactly once.
//
//   synchronizer_simulation --first N --count N [--trace FILE] [--struck FILE] [--show]
#include <cstdio>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "simulation/seed_runs.hpp"
#include "simulation/synchronizer_workload.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using simulation_tests::synchronizer_history;
using simulation_tests::synchronizer_workload;

struct totals {
  std::uint64_t cuts = 0;
  std::uint64_t kills = 0;
  std::uint64_t stored = 0;
  std::uint64_t absent = 0;
  std::uint64_t unknown = 0;
  simulation_tests::synchronizer_counters seen;
  /// Where actors have died.
  std::set<std::string> struck;
};

void add(totals& sum, const simulation& world, const synchronizer_workload& work) {
  using outcome = synchronizer_history::outcome;
  const auto& history = work.seen().history;
  sum.cuts += world.counters().cuts;
  sum.kills += world.counters().kills;
  sum.stored += history.count(outcome::stored);
  sum.absent += history.count(outcome::absent);
  sum.unknown += history.count(outcome::unknown);
  const auto& counters = work.seen().counters;
  sum.seen.accepted += counters.accepted;
  sum.seen.outdated += counters.outdated;
  sum.seen.compactions += counters.compactions;
  sum.seen.resets += counters.resets;
  sum.seen.deaths += counters.deaths;
}

std::vector<std::string> run_one(std::uint64_t seed, std::ostream& trace, totals& sum) {
  auto plan = fault_plan::from_seed(seed);
  // What makes answers ambiguous.
  if (seed % 2 == 0) plan.cut_after_apply += 0.1;
  if (seed % 3 == 0) plan.late_delivery = 1;
  simulation world{seed, plan, {1 + seed % 3}};
  const auto actors_before = world.live_actors();
  synchronizer_workload work{world, seed, {2 + seed % 7, 10 + seed % 10, seed % 3 == 0}};
  auto found = work.run();
  if (world.live_actors() != actors_before)
    found.push_back(std::to_string(world.live_actors() - actors_before) + " actors are left");
  add(sum, world, work);
  sum.struck.insert(world.struck().begin(), world.struck().end());
  trace << "== seed " << seed << '\n' << world.trace();
  return found;
}

bool all_happened(const totals& sum) {
  return sum.cuts > 0 && sum.kills > 0 && sum.unknown > 0 && sum.absent > 0 &&
         sum.seen.outdated > 0 && sum.seen.compactions > 0 && sum.seen.resets > 0 &&
         sum.seen.deaths > 0;
}

}  // namespace

int main(int argc, char** argv) {
  simulation_tests::seed_runs runs{argc, argv};
  totals sum;
  runs.run_all(
      [&sum](std::uint64_t seed, std::ostream& trace) { return run_one(seed, trace, sum); });
  runs.write_struck(sum.struck);
  std::cout << runs.summary() << sum.stored << " updates stored, " << sum.absent << " refused, "
            << sum.unknown << " unknown; " << sum.seen.accepted << " proposals accepted, "
            << sum.seen.outdated << " outdated, " << sum.seen.compactions << " compactions, "
            << sum.seen.resets << " resets, " << sum.seen.deaths << " deaths of synchronizers, "
            << sum.cuts << " cuts, " << sum.kills << " kills\n";
  const bool exercised = runs.count() < 10 || all_happened(sum);
  return runs.end(exercised);
}
