// Runs seeded simulations of processes that write under a name, and checks that each numbered
// event is stored once and in order.
//
//   named_simulation --first N --count N [--trace FILE] [--struck FILE] [--show]
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "simulation/named_workload.hpp"
#include "simulation/seed_runs.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using simulation_tests::named_counters;
using simulation_tests::named_size;
using simulation_tests::named_workload;

struct named_totals {
  std::uint64_t cuts = 0;
  std::uint64_t kills = 0;
  std::uint64_t seal_delays = 0;
  named_counters seen;
  /// Where actors have died.
  std::set<std::string> struck;
};

void add(named_totals& sum, const simulation& world, const named_workload& work) {
  const auto& faults = world.counters();
  sum.cuts += faults.cuts;
  sum.kills += faults.kills;
  sum.seal_delays += faults.seal_delays;
  const auto& counters = work.counters();
  sum.seen.killed += counters.killed;
  sum.seen.rivals += counters.rivals;
  sum.seen.fenced += counters.fenced;
  sum.seen.not_opened += counters.not_opened;
  sum.seen.failed += counters.failed;
  sum.seen.scales += counters.scales;
  sum.seen.resumed += counters.resumed;
  sum.seen.recognised += counters.recognised;
  sum.seen.large += counters.large;
  sum.struck.insert(world.struck().begin(), world.struck().end());
}

fault_plan named_plan(std::uint64_t seed) {
  auto plan = fault_plan::from_seed(seed);
  // Blocks of dead processes arrive late.
  if (seed % 2 == 0) {
    plan.late_delivery = 1.0;
    plan.cut += 0.01;
  }
  // Answers to claims are lost.
  if (seed % 3 == 0) plan.cut += 0.05;
  plan.kill_visibly = seed % 2 == 1;
  // So many actors die that it happens at rare actions, too.
  if (plan.kill_visibly) plan.kill += seed % 10 == 7 ? 0.03 : 0.004;
  return plan;
}

named_size named_size_of(std::uint64_t seed) {
  named_size size;
  size.names = 1 + seed % 2;
  size.events = static_cast<pravega_actor::event_number>(40 + seed % 5 * 10);
  size.segments = static_cast<std::int32_t>(1 + seed % 3);
  size.scales = seed % 6;
  size.ends = 1 + seed % 5;
  size.rivals = seed % 3 != 1;
  size.large = seed / 7 % 2 == 1;
  return size;
}

std::vector<std::string> run_one(std::uint64_t seed, std::ostream& trace, named_totals& sum) {
  simulation world{seed, named_plan(seed), {1 + seed % 3}};
  named_workload work{world, named_size_of(seed)};
  auto found = work.run();
  add(sum, world, work);
  trace << "== seed " << seed << '\n' << world.trace();
  return found;
}

bool all_happened(const named_totals& sum) {
  const auto& seen = sum.seen;
  return sum.cuts > 0 && sum.kills > 0 && sum.seal_delays > 0 && seen.killed > 0 &&
         seen.rivals > 0 && seen.fenced > 0 && seen.not_opened > 0 && seen.scales > 0 &&
         seen.resumed > 0 && seen.recognised > 0 && seen.large > 0;
}

}  // namespace

int main(int argc, char** argv) {
  simulation_tests::seed_runs runs{argc, argv};
  named_totals sum;
  runs.run_all(
      [&sum](std::uint64_t seed, std::ostream& trace) { return run_one(seed, trace, sum); });
  runs.write_struck(sum.struck);
  const auto& seen = sum.seen;
  std::cout << runs.summary() << seen.killed << " processes killed, " << seen.rivals
            << " rivals, " << seen.fenced << " fenced, " << seen.not_opened << " not opened, "
            << seen.failed << " failed, " << seen.resumed << " resumed, " << seen.recognised
            << " events recognised, " << seen.large << " large events, " << seen.scales
            << " scales, " << sum.seal_delays << " late seals, " << sum.cuts << " cuts, "
            << sum.kills << " kills\n";
  const bool exercised = runs.count() < 50 || all_happened(sum);
  return runs.end(exercised);
}
