// The table of a child's states in docs/supervision.md, cell by cell, against the machine.
#include <algorithm>
#include <functional>
#include <map>

#include "core/alternative_names.hpp"
#include "supervision/supervisor_machine.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using machine = supervisor_machine;

namespace {

constexpr auto child = "child";
const time_point now{seconds{1000}};

machine::actions down(machine& m, std::uint64_t generation, exit_kind how) {
  return m.on_down(child, generation, how, "a cause", now, 0);
}

std::string state_of(const machine& m) {
  const auto status = m.child_of(child);
  if (!status) return "absent";
  if (status->running) return "running";
  // Only a child that stops has a grace.
  machine copy = m;
  return copy.on_grace_over(child, status->generation).empty() ? "waiting" : "stopping";
}

using event = std::function<machine::actions(machine&, std::uint64_t generation)>;

/// How a row is made to happen, and to which child.
struct stimulus {
  event happens;
  restart_type type = restart_type::permanent;
  std::uint32_t restarts_max = 10;
  /// A child that stops was removed; otherwise its supervisor stops.
  bool removed = false;
};

machine in_state(const std::string& to, const stimulus& how) {
  supervision_policy policy;
  policy.restarts_max = how.restarts_max;
  machine m{policy};
  if (to == "absent") return m;
  // A child waits if it is to be restarted.
  (void)m.add(child, to == "waiting" ? restart_type::permanent : how.type);
  if (to == "waiting") (void)down(m, 1, exit_kind::failure);
  if (to == "stopping") (void)(how.removed ? m.remove(child) : m.stop());
  REQUIRE(state_of(m) == to);
  return m;
}

event ends(exit_kind how) {
  return [how](machine& m, std::uint64_t generation) { return down(m, generation, how); };
}

/// All stimuli of a row do what it says.
const std::map<std::string, std::vector<stimulus>>& stimuli() {
  using number = std::uint64_t;
  const event fails = ends(exit_kind::failure);
  const event is_done = ends(exit_kind::normal);
  static const std::map<std::string, std::vector<stimulus>> all{
      {"add", {{[](machine& m, number) { return m.add(child, restart_type::permanent); }}}},
      {"down, to be restarted", {{fails}, {is_done}, {fails, restart_type::transient}}},
      {"down, to be restarted, too often", {{fails, restart_type::permanent, 0}}},
      {"down, not to be restarted",
       {{fails, restart_type::temporary},
        {is_done, restart_type::temporary},
        {is_done, restart_type::transient}}},
      {"down, removed", {{fails, restart_type::permanent, 10, true}}},
      {"restart due", {{[](machine& m, number n) { return m.on_restart_due(child, n); }}}},
      {"remove", {{[](machine& m, number) { return m.remove(child); }}}},
      {"grace over", {{[](machine& m, number n) { return m.on_grace_over(child, n); }}}},
      {"stop all, last first", {{[](machine& m, number) { return m.stop(); }}}},
  };
  return all;
}

// In the words of the table: "!start" for `start_child`. What concerns the supervisor itself is
// left out.
std::string seen(const machine::actions& todo) {
  std::string out;
  for (const auto& each : todo) {
    if (std::holds_alternative<machine::stopped>(each) ||
        std::holds_alternative<machine::escalate>(each))
      continue;
    const auto name = alternative_name(each);
    out += out.empty() ? "!" : " !";
    out += name.substr(0, name.find("_child"));
    if (const auto* told = std::get_if<machine::publish>(&each)) {
      std::string kind{to_string(told->kind)};
      std::replace(kind.begin(), kind.end(), ' ', '_');
      out += " " + kind;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("the table of a child's states says what the machine does", "[supervisor_machine]") {
  const auto table = read_state_table("docs/supervision.md", "State of a child");
  CHECK(table.states == std::vector<std::string>{"absent", "waiting", "running", "stopping"});
  check_cells(table, stimuli(), [&](const auto& state, const auto& cell, const auto& how) {
    if (cell.empty()) return;
    const auto expected = meaning_of(table, cell, {"publish"});
    for (const auto& each : how) {
      auto tested = in_state(state, each);
      const auto status = tested.child_of(child);
      const auto todo = each.happens(tested, status ? status->generation : 1);
      CHECK(seen(todo) == expected.actions);
      CHECK(state_of(tested) == (expected.next.empty() ? state : expected.next));
    }
  });
}
