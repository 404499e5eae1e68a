// The actions of a supervisor machine as text, one word group for each.
#pragma once

#include <string>
#include <vector>

#include "supervision/supervisor_machine.hpp"

namespace pravega_actor::test {

using namespace internal;

struct action_text {
  using machine = supervisor_machine;
  static std::string numbered(const char* what, const std::string& id, std::uint64_t number) {
    return std::string{what} + " " + id + "#" + std::to_string(number);
  }
  std::string operator()(const machine::start_child& a) const {
    return numbered("start", a.id, a.generation);
  }
  std::string operator()(const machine::stop_child& a) const {
    return numbered("stop", a.id, a.generation);
  }
  std::string operator()(const machine::kill_child& a) const {
    return numbered("kill", a.id, a.generation);
  }
  std::string operator()(const machine::arm_restart& a) const {
    return numbered("arm", a.id, a.generation) + " " + std::to_string(to_ms(a.delay)) + "ms";
  }
  std::string operator()(const machine::publish& a) const {
    const auto text = std::string{to_string(a.kind)} + " " + a.id;
    return a.cause.empty() ? text : text + " (" + a.cause + ")";
  }
  std::string operator()(const machine::escalate& a) const { return "escalate: " + a.cause; }
  std::string operator()(const machine::stopped&) const { return "stopped"; }
};

using lines = std::vector<std::string>;

inline lines text_of(const supervisor_machine::actions& all) {
  lines out;
  for (const auto& each : all)
    out.push_back(std::visit(action_text{}, each));
  return out;
}

/// A machine with a clock that stands unless it is moved, and no jitter.
struct machine_fixture {
  supervisor_machine machine;
  time_point now{seconds{1000}};

  explicit machine_fixture(restart_strategy strategy = restart_strategy::one_for_one,
                           std::uint32_t restarts_max = 3)
      : machine{policy(strategy, restarts_max)} {}

  static supervision_policy policy(restart_strategy strategy, std::uint32_t restarts_max) {
    supervision_policy chosen;
    chosen.strategy = strategy;
    chosen.restarts_max = restarts_max;
    chosen.period = seconds{10};
    chosen.backoff = {milliseconds{100}, 2.0, seconds{1}, 0.0};
    return chosen;
  }
  lines add(const std::string& id, restart_type type = restart_type::permanent) {
    return text_of(machine.add(id, type));
  }
  lines fails(const std::string& id, std::uint64_t generation,
              const std::string& cause = "bug") {
    return down(id, generation, exit_kind::failure, cause);
  }
  lines ends(const std::string& id, std::uint64_t generation) {
    return down(id, generation, exit_kind::normal, "done");
  }
  lines down(const std::string& id, std::uint64_t generation, exit_kind how,
             const std::string& cause) {
    return text_of(machine.on_down(id, generation, how, cause, now, 0));
  }
  lines due(const std::string& id, std::uint64_t generation) {
    return text_of(machine.on_restart_due(id, generation));
  }
  lines grace(const std::string& id, std::uint64_t generation) {
    return text_of(machine.on_grace_over(id, generation));
  }
  lines remove(const std::string& id) { return text_of(machine.remove(id)); }
  lines stop() { return text_of(machine.stop()); }
};

}  // namespace pravega_actor::test
