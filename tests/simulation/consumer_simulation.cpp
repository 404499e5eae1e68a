// Runs seeded simulations of a reader's consumers, which crash and are replaced.
//
//   consumer_simulation --first N --count N [--trace FILE] [--show]
#include <cstdio>
#include <iostream>
#include <string>

#include "simulation/consumer_workload.hpp"
#include "simulation/seed_runs.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using simulation_tests::consumer_counters;
using simulation_tests::consumer_size;
using simulation_tests::consumer_workload;

struct totals {
  std::uint64_t kills = 0;
  std::uint64_t cuts = 0;
  consumer_counters seen;
};

std::vector<std::string> run_one(std::uint64_t seed, std::ostream& trace, totals& sum) {
  simulation world{seed, fault_plan::from_seed(seed), {1 + seed % 3}};
  consumer_size size;
  size.segments = static_cast<std::int32_t>(1 + seed % 3);
  size.scales = seed % 5;
  size.reader_changes = seed % 4;
  consumer_workload work{world, size};
  auto found = work.run();
  trace << "== seed " << seed << '\n' << world.trace();
  sum.kills += world.counters().kills;
  sum.cuts += world.counters().cuts;
  const auto& seen = work.counters();
  sum.seen.crashes += seen.crashes;
  sum.seen.takeovers += seen.takeovers;
  sum.seen.reader_changes += seen.reader_changes;
  sum.seen.scales += seen.scales;
  sum.seen.redelivered += seen.redelivered;
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  simulation_tests::seed_runs runs{argc, argv};
  totals sum;
  runs.run_all(
      [&sum](std::uint64_t seed, std::ostream& trace) { return run_one(seed, trace, sum); });
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "%llu runs, %llu failed; %llu cuts, %llu kills, %llu crashes of consumers, "
      "%llu takeovers, %llu items again, %llu changes of the reader, %llu scales\n",
      number(runs.count()), number(runs.failures()), number(sum.cuts), number(sum.kills),
      number(sum.seen.crashes), number(sum.seen.takeovers), number(sum.seen.redelivered),
      number(sum.seen.reader_changes), number(sum.seen.scales));
  // Nothing that was meant to happen may be missing.
  const bool exercised =
      runs.count() < 10 ||
      (sum.kills > 0 && sum.cuts > 0 && sum.seen.crashes > 0 && sum.seen.takeovers > 0 &&
       sum.seen.redelivered > 0 && sum.seen.reader_changes > 0 && sum.seen.scales > 0);
  return runs.end(exercised);
}
