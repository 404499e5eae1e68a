// Runs a scenario for many seeds and reports the first failure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "pravega_sandbox/simulation.hpp"

namespace pravega_sandbox {

/// Runs in a world of its own. Returns the violations in sentences, or "" for success. An
/// exception counts as a failure, and so does a world that stands still during the scenario or
/// at its end.
using scenario = std::function<std::string(simulation& world)>;

/// The runs of a sweep.
struct sweep_options {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 200;
  /// Returns the faults of a seed's run.
  std::function<fault_plan(std::uint64_t seed)> plan = fault_plan::from_seed;
  simulation_options world = {};
  /// Lines of the trace in a failure.
  std::size_t trace_lines_max = 60;
  /// Limit of further runs to make the plan of a failure smaller; 0: the plan stays as it is.
  std::size_t shrinking_runs_max = 200;
};

/// A failed run.
struct sweep_failure {
  std::uint64_t seed = 0;
  /// The smallest plan found with which the seed fails.
  fault_plan plan;
  /// The violations.
  std::string what;
  /// The end of the run's trace.
  std::string trace_end;
  /// For people: seed, plan, violations, and the end of the trace.
  [[nodiscard]] std::string to_string() const;
};

/// The outcome of a sweep.
struct sweep_outcome {
  /// The number of seeds, without the runs for a smaller plan.
  std::uint64_t runs = 0;
  /// The first failure, which ends the sweep.
  std::optional<sweep_failure> failure;
  [[nodiscard]] explicit operator bool() const noexcept { return !failure; }
};

/// Runs the scenario for each seed, up to the first failure, in the calling thread.
[[nodiscard]] sweep_outcome sweep(const sweep_options& options, const scenario& run);

/// The fields that differ from a plan without faults: "cut 0.03, heal_after 10000 ms".
[[nodiscard]] std::string to_string(const fault_plan& plan);

}  // namespace pravega_sandbox
