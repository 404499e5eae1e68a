#include "pravega_sandbox/sweep.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "simulation/plan_fields.hpp"

namespace pravega_sandbox {

namespace {

struct run_outcome {
  std::string what;
  std::string trace;
};

std::string guarded(const scenario& run, simulation& world) {
  try {
    return run(world);
  } catch (const std::exception& thrown) {
    return std::string{"exception: "} + thrown.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

run_outcome run_once(std::uint64_t seed, const fault_plan& plan,
                     const simulation_options& options, const scenario& run) {
  simulation world{seed, plan, options};
  run_outcome outcome{guarded(run, world), world.trace()};
  const auto stood_still = !world.standstill().empty();
  if (const auto& why = world.end(); !why.empty()) {
    if (!stood_still) outcome.trace = world.trace();
    outcome.what = why + (outcome.what.empty() ? "" : "\n" + outcome.what);
  }
  return outcome;
}

std::string last_lines(const std::string& text, std::size_t count) {
  auto at = text.size();
  for (std::size_t lines = 0; at > 0 && lines <= count; ++lines)
    if (const auto end = text.rfind('\n', at - 1); end == std::string::npos || end == 0)
      return text;
    else
      at = end;
  return text.substr(std::min(at + 1, text.size()));
}

// Each field that differs from a plan without faults is taken back, as long as the run still
// fails.
class smaller_plan {
 public:
  smaller_plan(const sweep_options& options, const scenario& run, std::uint64_t seed,
               fault_plan plan, run_outcome found)
      : options_{options},
        run_{run},
        seed_{seed},
        plan_{std::move(plan)},
        found_{std::move(found)} {}

  sweep_failure find() {
    for (bool smaller = true; std::exchange(smaller, false);)
      each_field(
          [&](std::string_view, auto member) { smaller = take_back(member) || smaller; });
    return {seed_, plan_, found_.what, last_lines(found_.trace, options_.trace_lines_max)};
  }

 private:
  template <class Member>
  bool take_back(Member member) {
    const fault_plan without;
    if (plan_.*member == without.*member || runs_ >= options_.shrinking_runs_max) return false;
    auto tried = plan_;
    tried.*member = without.*member;
    ++runs_;
    auto again = run_once(seed_, tried, options_.world, run_);
    if (again.what.empty()) return false;
    plan_ = tried;
    found_ = std::move(again);
    return true;
  }

  const sweep_options& options_;
  const scenario& run_;
  const std::uint64_t seed_;
  fault_plan plan_;
  run_outcome found_;
  std::size_t runs_ = 0;
};

}  // namespace

sweep_outcome sweep(const sweep_options& options, const scenario& run) {
  sweep_outcome outcome;
  for (std::uint64_t i = 0; i < options.seeds; ++i) {
    const auto seed = options.first_seed + i;
    const auto plan = options.plan(seed);
    auto found = run_once(seed, plan, options.world, run);
    ++outcome.runs;
    if (found.what.empty()) continue;
    outcome.failure = smaller_plan{options, run, seed, plan, std::move(found)}.find();
    break;
  }
  return outcome;
}

std::string sweep_failure::to_string() const {
  auto text = "seed " + std::to_string(seed) +
              " fails\nplan: " + pravega_sandbox::to_string(plan) + "\n" + what;
  if (!text.ends_with('\n')) text += '\n';
  return text + "the end of its trace:\n" + trace_end;
}

}  // namespace pravega_sandbox
