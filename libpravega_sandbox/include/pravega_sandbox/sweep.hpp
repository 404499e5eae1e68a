// Many runs of a scenario, each from a seed of its own, and what there is to know of the first
// that fails.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "pravega_sandbox/simulation.hpp"

namespace pravega_sandbox {

/// Runs in a world of its own and answers what did not hold, in sentences; "" when all did. An
/// exception counts as a failure, too.
using scenario = std::function<std::string(simulation& world)>;

/// Which runs a sweep makes.
struct sweep_options {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 200;
  /// The faults of a seed's run.
  std::function<fault_plan(std::uint64_t seed)> plan = fault_plan::from_seed;
  simulation_options world = {};
  /// Lines of the trace in a failure.
  std::size_t trace_lines_max = 60;
  /// Runs that may be spent on making a failure's plan smaller; 0: it stays as it is.
  std::size_t shrinking_runs_max = 200;
};

/// A run that failed.
struct sweep_failure {
  std::uint64_t seed = 0;
  /// With this plan the seed fails, too; without any of its faults it does not.
  fault_plan plan;
  /// What did not hold.
  std::string what;
  /// The end of the run's trace.
  std::string trace_end;
  /// Seed, plan, what did not hold, and the end of the trace, for people.
  [[nodiscard]] std::string to_string() const;
};

/// What a sweep found.
struct sweep_outcome {
  /// Seeds that were run, without those for a smaller plan.
  std::uint64_t runs = 0;
  /// The first one; the sweep ends there.
  std::optional<sweep_failure> failure;
  [[nodiscard]] explicit operator bool() const noexcept { return !failure; }
};

/// Runs the scenario for each seed, up to the first failure. All in the calling thread.
[[nodiscard]] sweep_outcome sweep(const sweep_options& options, const scenario& run);

/// The fields of a plan that differ from a plan without faults: "cut 0.03, heal_after 10000
/// ms".
[[nodiscard]] std::string to_string(const fault_plan& plan);

}  // namespace pravega_sandbox
