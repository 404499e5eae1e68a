// Runs seeded simulations of processes that write under a name, and checks that each numbered
// event is stored once and in order.
//
//   named_simulation --first N --count N [--trace FILE] [--struck FILE] [--show]
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "simulation/named_workload.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using simulation_tests::named_counters;
using simulation_tests::named_size;
using simulation_tests::named_workload;

struct named_totals {
  std::uint64_t runs = 0;
  std::uint64_t failures = 0;
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
  return size;
}

void run_one(std::uint64_t seed, std::ostream& trace, named_totals& sum) {
  std::vector<std::string> found;
  {
    simulation world{seed, named_plan(seed), {1 + seed % 3}};
    named_workload work{world, named_size_of(seed)};
    found = work.run();
    add(sum, world, work);
    trace << "== seed " << seed << '\n' << world.trace();
  }
  ++sum.runs;
  sum.failures += found.empty() ? 0 : 1;
  for (const auto& each : found)
    std::cerr << "seed " << seed << ": " << each << '\n';
}

bool all_happened(const named_totals& sum) {
  const auto& seen = sum.seen;
  return sum.cuts > 0 && sum.kills > 0 && sum.seal_delays > 0 && seen.killed > 0 &&
         seen.rivals > 0 && seen.fenced > 0 && seen.not_opened > 0 && seen.scales > 0 &&
         seen.resumed > 0 && seen.recognised > 0;
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
  named_totals sum;
  for (auto seed = first; seed < first + count; ++seed)
    run_one(seed, trace, sum);
  for (const auto& each : sum.struck)
    struck << each << '\n';
  const auto& seen = sum.seen;
  std::cout << sum.runs << " runs, " << sum.failures << " failed; " << seen.killed
            << " processes killed, " << seen.rivals << " rivals, " << seen.fenced << " fenced, "
            << seen.not_opened << " not opened, " << seen.failed << " failed, " << seen.resumed
            << " resumed, " << seen.recognised << " events recognised, " << seen.scales
            << " scales, " << sum.seal_delays << " late seals, " << sum.cuts << " cuts, "
            << sum.kills << " kills\n";
  const bool exercised = count < 50 || all_happened(sum);
  if (!exercised) std::cerr << "what the workload is for did not happen\n";
  return sum.failures == 0 && exercised ? 0 : 1;
}
