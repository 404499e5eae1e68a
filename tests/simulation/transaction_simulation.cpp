// Runs seeded simulations of writers of transactions under faults, and checks that each
// transaction is in the stream as a whole or not at all, and that each report about one is
// true.
//
//   transaction_simulation --first N --count N [--trace FILE] [--struck FILE] [--show]
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "simulation/seed_runs.hpp"
#include "simulation/transaction_workload.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using simulation_tests::transaction_counters;
using simulation_tests::transaction_size;
using simulation_tests::transaction_workload;

struct totals {
  std::uint64_t cuts = 0;
  std::uint64_t kills = 0;
  std::uint64_t answer_losses = 0;
  std::uint64_t late_ends = 0;
  std::uint64_t lost_commits = 0;
  std::uint64_t ended_leases = 0;
  transaction_counters seen;
  /// Where actors have died.
  std::set<std::string> struck;
};

void add(totals& sum, const simulation& world, const transaction_workload& work) {
  const auto& faults = world.counters();
  sum.cuts += faults.cuts;
  sum.kills += faults.kills;
  sum.answer_losses += faults.answer_losses;
  sum.late_ends += faults.transaction_delays;
  sum.lost_commits += faults.commit_losses;
  sum.ended_leases += faults.expired_transactions;
  const auto& counters = work.counters();
  sum.seen.begun += counters.begun;
  sum.seen.not_begun += counters.not_begun;
  sum.seen.committed += counters.committed;
  sum.seen.aborted += counters.aborted;
  sum.seen.expired += counters.expired;
  sum.seen.unknown += counters.unknown;
  sum.seen.unknown_but_there += counters.unknown_but_there;
  sum.seen.dropped += counters.dropped;
  sum.seen.resumed += counters.resumed;
  sum.seen.taken += counters.taken;
  sum.seen.scales += counters.scales;
  sum.seen.outages += counters.outages;
  sum.seen.killed += counters.killed;
  sum.seen.closed += counters.closed;
  sum.seen.sealed += counters.sealed;
  sum.struck.insert(world.struck().begin(), world.struck().end());
}

bool is_calm(std::uint64_t seed) {
  return seed % 6 == 0;
}

// So many actors die that it happens at rare actions, too.
bool is_deadly(std::uint64_t seed) {
  return seed % 10 == 7;
}

fault_plan plan_of(std::uint64_t seed) {
  auto plan = fault_plan::from_seed(seed);
  if (is_calm(seed)) {
    plan.kill = plan.controller_failure = 0;
    plan.controller_silence = plan.controller_answer_loss = 0;
    return plan;
  }
  // What makes answers ambiguous.
  if (seed % 2 == 0) plan.controller_answer_loss += 0.1;
  if (seed % 3 == 0) plan.cut_after_apply += 0.05;
  // The actors of transactions die, too.
  plan.kill_visibly = seed % 2 == 1;
  if (plan.kill_visibly) plan.kill += is_deadly(seed) ? 0.03 : 0.002;
  // Leases end.
  if (seed % 5 == 0) plan.controller_failure += 0.3;
  return plan;
}

transaction_size size_of(std::uint64_t seed) {
  transaction_size size;
  size.processes = 1 + seed % 3;
  size.lanes = 1 + seed % 4;
  size.transactions = 3 + seed % 4;
  size.segments = static_cast<std::int32_t>(1 + seed % 3);
  size.scales = seed % 5;
  size.ends = seed % 4;
  size.calm = is_calm(seed);
  size.large = seed / 7 % 2 == 1;
  size.outages = size.calm ? 0 : is_deadly(seed) ? 3 : seed % 3;
  using fate = transaction_size::fate;
  if (seed % 11 == 0) size.stream = seed % 2 == 0 ? fate::is_sealed : fate::is_deleted;
  return size;
}

std::vector<std::string> run_one(std::uint64_t seed, std::ostream& trace, totals& sum) {
  simulation world{seed, plan_of(seed), {1 + seed % 3}};
  transaction_workload work{world, size_of(seed)};
  auto found = work.run();
  add(sum, world, work);
  trace << "== seed " << seed << '\n' << world.trace();
  return found;
}

bool all_happened(const totals& sum) {
  const auto& seen = sum.seen;
  return sum.cuts > 0 && sum.kills > 0 && sum.answer_losses > 0 && sum.late_ends > 0 &&
         sum.lost_commits > 0 && sum.ended_leases > 0 && seen.not_begun > 0 &&
         seen.committed > 0 && seen.aborted > 0 && seen.expired > 0 && seen.unknown > 0 &&
         seen.dropped > 0 && seen.resumed > 0 && seen.taken > 0 && seen.scales > 0 &&
         seen.outages > 0 && seen.killed > 0 && seen.closed > 0 && seen.sealed > 0;
}

}  // namespace

int main(int argc, char** argv) {
  simulation_tests::seed_runs runs{argc, argv};
  totals sum;
  runs.run_all(
      [&sum](std::uint64_t seed, std::ostream& trace) { return run_one(seed, trace, sum); });
  runs.write_struck(sum.struck);
  const auto& seen = sum.seen;
  std::cout << runs.summary() << seen.begun << " transactions begun, " << seen.not_begun
            << " not, " << seen.resumed << " resumed, " << seen.taken << " taken; "
            << seen.committed << " committed, " << seen.aborted << " aborted (" << seen.expired
            << " expired), " << seen.unknown << " unknown (" << seen.unknown_but_there
            << " of them committed), " << seen.dropped << " dropped; " << seen.scales
            << " scales, " << sum.ended_leases << " leases ended, " << sum.late_ends
            << " late ends, " << sum.lost_commits << " lost commits, " << sum.answer_losses
            << " lost answers, " << seen.outages << " outages, " << seen.killed
            << " processes killed, " << seen.closed << " closed, " << seen.sealed
            << " streams sealed, " << sum.cuts << " cuts, " << sum.kills << " kills\n";
  const bool exercised = runs.count() < 50 || all_happened(sum);
  return runs.end(exercised);
}
