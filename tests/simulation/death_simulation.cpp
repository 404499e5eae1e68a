// Runs each script of an application once for each action of its client's actors. The actor
// dies there, even if the application can notice its death.
//
//   death_simulation --first N --count N [--trace FILE] [--struck FILE] [--show]
//   [--only ACTION]
#include <cstdio>
#include <fstream>
#include <iostream>

#include "simulation/death_world.hpp"

namespace {

using pravega_sandbox::fault_plan;
using pravega_sandbox::simulation;

struct script {
  const char* name;
  std::vector<std::string> (*run)(simulation&);
};
constexpr script scripts[] = {{"write, scale and seal", simulation_tests::write_scale_and_seal},
                              {"read over gaps", simulation_tests::read_over_gaps},
                              {"supervise crashes", simulation_tests::supervise_crashes}};

struct totals {
  std::uint64_t runs = 0;
  std::uint64_t failures = 0;
  std::set<std::string> struck;
};

// Returns the number of actions, each of which is a moment to die at.
std::uint64_t run_one(const script& what, std::uint64_t seed, std::uint64_t kill_at,
                      std::ostream& trace, totals& sum) {
  fault_plan plan;
  plan.kill_visibly = true;
  plan.kill_at = kill_at;
  const auto title = "seed " + std::to_string(seed) + ", " + what.name + ", kill at " +
                     std::to_string(kill_at);
  simulation world{seed, plan};
  const auto found = what.run(world);
  trace << "== " << title << '\n' << world.trace();
  ++sum.runs;
  if (!found.empty()) ++sum.failures;
  for (const auto& each : world.struck())
    sum.struck.insert(each);
  for (const auto& each : found) {
    std::cerr << title << ": " << each;
    for (const auto& place : world.struck())
      std::cerr << " (" << place << ')';
    std::cerr << '\n';
  }
  return world.counters().actions;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  std::uint64_t only = 0;
  bool show = false;
  std::ofstream file;
  std::ofstream struck;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--show") show = true;
    if (i + 1 >= argc) break;
    if (word == "--first") first = std::stoull(argv[++i]);
    if (word == "--count") count = std::stoull(argv[++i]);
    if (word == "--only") only = std::stoull(argv[++i]);
    if (word == "--trace") file.open(argv[++i]);
    if (word == "--struck") struck.open(argv[++i]);
  }
  std::ostream nowhere{nullptr};
  std::ostream& trace = show ? std::cout : (file.is_open() ? file : nowhere);
  totals sum;
  for (auto seed = first; seed < first + count; ++seed)
    for (const auto& each : scripts) {
      const auto actions = run_one(each, seed, only, trace, sum);
      for (std::uint64_t at = 1; only == 0 && at <= actions; ++at)
        run_one(each, seed, at, trace, sum);
    }
  for (const auto& each : sum.struck)
    struck << each << '\n';
  std::printf("%llu runs, %llu failed; actors died at %zu places\n",
              static_cast<unsigned long long>(sum.runs),
              static_cast<unsigned long long>(sum.failures), sum.struck.size());
  return sum.failures == 0 && !sum.struck.empty() ? 0 : 1;
}
