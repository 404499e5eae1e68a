// Runs seeded simulations of a reader group whose members crash, die, leave and come.
//
//   group_simulation --first N --count N [--trace FILE] [--struck FILE] [--show] [--whole-life]
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>
#include <string>

#include "simulation/group_workload.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using simulation_tests::group_counters;
using simulation_tests::group_life;
using simulation_tests::group_size;
using simulation_tests::group_workload;

struct totals {
  std::uint64_t runs = 0;
  std::uint64_t failures = 0;
  std::uint64_t kills = 0;
  std::uint64_t cuts = 0;
  group_counters seen;
  std::set<std::string> struck;
};

void run_one(std::uint64_t seed, bool whole_life, std::ostream& trace, totals& sum) {
  std::vector<std::string> found;
  const auto title = "seed " + std::to_string(seed);
  {
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
    found = work.run();
    trace << "== " << title << '\n' << world.trace();
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
  }
  ++sum.runs;
  if (!found.empty()) ++sum.failures;
  for (const auto& each : found)
    std::cerr << title << ": " << each << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t first = 1;
  std::uint64_t count = 10;
  std::ofstream file;
  std::ofstream struck;
  bool show = false;
  bool whole_life = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--show") show = true;
    if (word == "--whole-life") whole_life = true;
    if (i + 1 >= argc) break;
    if (word == "--first") first = std::stoull(argv[++i]);
    if (word == "--count") count = std::stoull(argv[++i]);
    if (word == "--trace") file.open(argv[++i]);
    if (word == "--struck") struck.open(argv[++i]);
  }
  std::ostream nowhere{nullptr};
  std::ostream& trace = show ? std::cout : (file.is_open() ? file : nowhere);
  totals sum;
  for (auto seed = first; seed < first + count; ++seed)
    run_one(seed, whole_life, trace, sum);
  for (const auto& each : sum.struck)
    struck << each << '\n';
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "%llu runs, %llu failed; %llu cuts, %llu kills, %llu joined, %llu crashed, %llu left, "
      "%llu failed, %llu scales, %llu checkpoints delivered, %llu compactions, "
      "%llu events again\n",
      number(sum.runs), number(sum.failures), number(sum.cuts), number(sum.kills),
      number(sum.seen.joined), number(sum.seen.crashes), number(sum.seen.leaves),
      number(sum.seen.failures), number(sum.seen.scales), number(sum.seen.checkpoints),
      number(sum.seen.compactions), number(sum.seen.processed_again));
  // Nothing that was meant to happen may be missing.
  const auto& seen = sum.seen;
  const bool lived = seen.resets > 0 && seen.finished > 0;
  const bool disturbed = sum.cuts > 0 && seen.crashes > 0 && seen.leaves > 0 &&
                         seen.failures > 0 && seen.scales > 0 && seen.compactions > 0 &&
                         seen.processed_again > 0;
  const bool exercised =
      count < 20 || (sum.kills > 0 && seen.checkpoints > 0 && (whole_life ? lived : disturbed));
  if (!exercised) std::fprintf(stderr, "the faults of the plan did not happen\n");
  return sum.failures == 0 && exercised ? 0 : 1;
}
