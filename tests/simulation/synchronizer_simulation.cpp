// Runs seeded simulations of synchronizers that race for one state, under faults, and checks
// that all apply the same updates in the same order, each accepted one exactly once.
//
//   synchronizer_simulation --first N --count N [--trace FILE] [--struck FILE] [--show]
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "simulation/synchronizer_workload.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using simulation_tests::synchronizer_history;
using simulation_tests::synchronizer_workload;

struct totals {
  std::uint64_t runs = 0;
  std::uint64_t failures = 0;
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

void run_one(std::uint64_t seed, std::ostream& trace, totals& sum) {
  std::vector<std::string> found;
  {
    auto plan = fault_plan::from_seed(seed);
    // What makes answers ambiguous.
    if (seed % 2 == 0) plan.cut_after_apply += 0.1;
    if (seed % 3 == 0) plan.late_delivery = 1;
    simulation world{seed, plan, {1 + seed % 3}};
    const auto actors_before = world.live_actors();
    synchronizer_workload work{world, seed, {2 + seed % 7, 10 + seed % 10, seed % 3 == 0}};
    found = work.run();
    if (world.live_actors() != actors_before)
      found.push_back(std::to_string(world.live_actors() - actors_before) + " actors are left");
    add(sum, world, work);
    sum.struck.insert(world.struck().begin(), world.struck().end());
    trace << "== seed " << seed << '\n' << world.trace();
  }
  ++sum.runs;
  sum.failures += found.empty() ? 0 : 1;
  for (const auto& each : found)
    std::cerr << "seed " << seed << ": " << each << '\n';
}

bool all_happened(const totals& sum) {
  return sum.cuts > 0 && sum.kills > 0 && sum.unknown > 0 && sum.absent > 0 &&
         sum.seen.outdated > 0 && sum.seen.compactions > 0 && sum.seen.resets > 0 &&
         sum.seen.deaths > 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv, argv + argc};
  std::uint64_t first = 1;
  std::uint64_t count = 10;
  bool show = false;
  std::ofstream file;
  std::ofstream struck;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool more = i + 1 < words.size();
    if (words[i] == "--show") show = true;
    if (words[i] == "--first" && more) first = std::stoull(words[++i]);
    if (words[i] == "--count" && more) count = std::stoull(words[++i]);
    if (words[i] == "--trace" && more) file.open(words[++i]);
    if (words[i] == "--struck" && more) struck.open(words[++i]);
  }
  std::ostream nowhere{nullptr};
  std::ostream& trace = show ? std::cout : (file.is_open() ? file : nowhere);
  totals sum;
  for (auto seed = first; seed < first + count; ++seed)
    run_one(seed, trace, sum);
  for (const auto& each : sum.struck)
    struck << each << '\n';
  std::cout << sum.runs << " runs, " << sum.failures << " failed; " << sum.stored
            << " updates stored, " << sum.absent << " refused, " << sum.unknown << " unknown; "
            << sum.seen.accepted << " proposals accepted, " << sum.seen.outdated
            << " outdated, " << sum.seen.compactions << " compactions, " << sum.seen.resets
            << " resets, " << sum.seen.deaths << " deaths of synchronizers, " << sum.cuts
            << " cuts, " << sum.kills << " kills\n";
  const bool exercised = count < 10 || all_happened(sum);
  if (!exercised) std::cerr << "what the workload is for did not happen\n";
  return sum.failures == 0 && exercised ? 0 : 1;
}
