// Runs seeded simulations of event writers under faults and checks each history.
//
//   writer_simulation --first N --count N [--kill-at-every-action] [--scale] [--truncate]
//   [--seal] [--large] [--trace FILE] [--struck FILE] [--show]
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "simulation/writer_workload.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;
using simulation_tests::workload_size;
using simulation_tests::writer_workload;

struct totals {
  std::uint64_t runs = 0;
  std::uint64_t failures = 0;
  std::uint64_t cuts = 0;
  std::uint64_t kills = 0;
  std::uint64_t crashes = 0;
  std::uint64_t actions = 0;
  std::uint64_t scales = 0;
  std::uint64_t truncations = 0;
  std::uint64_t events_missing = 0;
  std::uint64_t moves = 0;
  std::uint64_t store_kills = 0;
  std::uint64_t seal_closes = 0;
  std::uint64_t events_refused = 0;
  std::uint64_t large_events = 0;
  /// Where actors have died.
  std::set<std::string> struck;
};

struct options {
  std::uint64_t first = 1;
  std::uint64_t count = 10;
  bool kill_at_every_action = false;
  /// Splits and merges, several stores, and the faults that belong to them.
  bool scale = false;
  /// Truncations, the reader going on over gaps.
  bool truncate = false;
  /// The stream is sealed while it is written.
  bool seal = false;
  /// Some events are stored in parts.
  bool large = false;
  bool show = false;
  std::string trace;
  std::string struck;
};

// One run; returns the number of actions that its machines carried out.
std::uint64_t run_one(std::uint64_t seed, const fault_plan& plan, const workload_size& size,
                      const std::string& title, std::ostream& trace, totals& sum,
                      std::size_t stores = 1) {
  std::vector<std::string> found;
  pravega_sandbox::simulation_counters counted;
  std::string text;
  {
    simulation world{seed, plan, {stores, pravega_actor::duration{0}}};
    writer_workload work{world, size};
    found = work.run();
    sum.scales += work.scales_done();
    sum.truncations += work.truncations_done();
    sum.events_missing += work.events_missing();
    sum.events_refused += work.events_refused();
    sum.large_events += work.large_events();
    counted = world.counters();
    text = world.trace();
    sum.struck.insert(world.struck().begin(), world.struck().end());
  }
  trace << "== " << title << '\n' << text;
  ++sum.runs;
  sum.cuts += counted.cuts;
  sum.kills += counted.kills;
  sum.crashes += counted.crashes;
  sum.actions += counted.actions;
  sum.moves += counted.moves;
  sum.store_kills += counted.store_kills;
  sum.seal_closes += counted.seal_closes;
  if (!found.empty()) ++sum.failures;
  for (const auto& each : found)
    std::cerr << title << ": " << each << '\n';
  return counted.actions;
}

void run_mixed(const options& chosen, std::ostream& trace, totals& sum) {
  for (auto seed = chosen.first; seed < chosen.first + chosen.count; ++seed) {
    workload_size size;
    size.segments = static_cast<std::int32_t>(1 + seed % 4);
    if (chosen.scale) size.scales = static_cast<std::size_t>(1 + seed % 7);
    if (chosen.truncate) size.truncations = static_cast<std::size_t>(1 + seed % 11);
    size.large = chosen.large;
    size.seal = chosen.seal || (size.large && seed % 4 == 0);
    run_one(seed, fault_plan::from_seed(seed), size, "seed " + std::to_string(seed), trace, sum,
            chosen.scale ? static_cast<std::size_t>(1 + seed % 3) : 1);
  }
}

// A run without faults tells how many actions there are; then each of them is a moment of
// death.
void run_kills(const options& chosen, std::ostream& trace, totals& sum) {
  workload_size size{1, 25, 2};
  if (chosen.scale) size.scales = 2;
  if (chosen.truncate) size.truncations = 3;
  size.seal = chosen.seal;
  size.large = chosen.large;
  for (auto seed = chosen.first; seed < chosen.first + chosen.count; ++seed) {
    const auto name = "seed " + std::to_string(seed);
    // Some cuts give the machines' recovery actions to die at.
    fault_plan plan;
    plan.cut = 0.01;
    plan.heal_after = pravega_actor::seconds{5};
    const std::size_t stores = chosen.scale ? 2 : 1;
    const auto actions = run_one(seed, plan, size, name, trace, sum, stores);
    for (std::uint64_t at = 1; at <= actions; ++at) {
      plan.kill_at = at;
      run_one(seed, plan, size, name + " kill at " + std::to_string(at), trace, sum, stores);
    }
  }
}

options parse(const std::vector<std::string>& words) {
  options chosen;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto& word = words[i];
    if (word == "--kill-at-every-action")
      chosen.kill_at_every_action = true;
    else if (word == "--scale")
      chosen.scale = true;
    else if (word == "--truncate")
      chosen.truncate = true;
    else if (word == "--seal")
      chosen.seal = true;
    else if (word == "--large")
      chosen.large = true;
    else if (word == "--show")
      chosen.show = true;
    else if (i + 1 >= words.size())
      break;
    else if (word == "--first")
      chosen.first = std::stoull(words[++i]);
    else if (word == "--count")
      chosen.count = std::stoull(words[++i]);
    else if (word == "--trace")
      chosen.trace = words[++i];
    else if (word == "--struck")
      chosen.struck = words[++i];
  }
  return chosen;
}

}  // namespace

int main(int argc, char** argv) {
  const auto chosen = parse({argv, argv + argc});
  std::ofstream file;
  if (!chosen.trace.empty()) file.open(chosen.trace);
  std::ostream nowhere{nullptr};
  std::ostream& trace = chosen.show ? std::cout : (file.is_open() ? file : nowhere);
  totals sum;
  if (chosen.kill_at_every_action)
    run_kills(chosen, trace, sum);
  else
    run_mixed(chosen, trace, sum);
  if (!chosen.struck.empty()) {
    std::ofstream struck{chosen.struck};
    for (const auto& each : sum.struck)
      struck << each << '\n';
  }
  std::printf(
      "%llu runs, %llu failed; %llu cuts, %llu kills, %llu crashes, %llu actions, "
      "%llu scales, %llu moves, %llu dead stores, %llu lost seals, %llu truncations, "
      "%llu events in gaps, %llu events refused by seals, %llu large events\n",
      static_cast<unsigned long long>(sum.runs), static_cast<unsigned long long>(sum.failures),
      static_cast<unsigned long long>(sum.cuts), static_cast<unsigned long long>(sum.kills),
      static_cast<unsigned long long>(sum.crashes),
      static_cast<unsigned long long>(sum.actions), static_cast<unsigned long long>(sum.scales),
      static_cast<unsigned long long>(sum.moves),
      static_cast<unsigned long long>(sum.store_kills),
      static_cast<unsigned long long>(sum.seal_closes),
      static_cast<unsigned long long>(sum.truncations),
      static_cast<unsigned long long>(sum.events_missing),
      static_cast<unsigned long long>(sum.events_refused),
      static_cast<unsigned long long>(sum.large_events));
  // Nothing that was meant to happen may be missing.
  bool exercised = sum.actions > 0 && sum.cuts > 0 && sum.kills > 0;
  if (chosen.scale) exercised = exercised && sum.scales > 0;
  if (chosen.scale && !chosen.kill_at_every_action && chosen.count >= 50)
    exercised = exercised && sum.moves > 0 && sum.store_kills > 0 && sum.seal_closes > 0;
  if (chosen.truncate) exercised = exercised && sum.truncations > 0 && sum.events_missing > 0;
  if (chosen.seal && chosen.count >= 10) exercised = exercised && sum.events_refused > 0;
  if (chosen.large) exercised = exercised && sum.large_events > 0;
  if (!exercised) std::fprintf(stderr, "the faults of the plan did not happen\n");
  return sum.failures == 0 && exercised ? 0 : 1;
}
