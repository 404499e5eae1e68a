// The table of states in docs/protocols/connection.md, cell by cell, against the machine.
#include <functional>

#include "connection/connection_machine.hpp"
#include "core/alternative_names.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using machine = connection_machine;
using phase = connection_machine::phase;

namespace {

const time_point begin{seconds{500}};
constexpr seconds interval{1};

using event = std::function<machine::actions(machine&)>;

machine in_phase(phase to) {
  machine made{{seconds{5}, seconds{4}, interval, seconds{6}}};
  if (to == phase::idle) return made;
  (void)made.start();
  if (to == phase::greeting || to == phase::ready) (void)made.on_connected();
  if (to == phase::ready) (void)made.on_hello(begin, 16, 5);
  if (to == phase::closed) (void)made.stop(errc::closed);
  REQUIRE(made.at() == to);
  return made;
}

event hello(std::int32_t high, std::int32_t low) {
  return [=](machine& m) { return m.on_hello(begin, high, low); };
}
// An answer may be owed since the beginning; `frames` were received.
event tick(duration later, std::uint64_t frames, bool owes) {
  return [=](machine& m) {
    std::optional<debt> owed;
    if (owes) owed = debt{begin, 0};
    return m.on_tick(begin + later, {frames, 0, owed});
  };
}
// An answer is owed for so long, while ticks come in time.
event silence(int seconds_of_it) {
  return [=](machine& m) {
    for (int i = 1; i < seconds_of_it; ++i)
      (void)tick(seconds{i}, 0, true)(m);
    return tick(seconds{seconds_of_it}, 0, true)(m);
  };
}
machine::actions closed(machine& m) {
  return m.on_closed(errc::connection_lost);
}
machine::actions stop(machine& m) {
  return m.stop(errc::cancelled);
}

/// All events of a row do what it says.
const std::map<std::string, std::vector<event>>& stimuli() {
  static const std::map<std::string, std::vector<event>> all{
      {"start", {[](machine& m) { return m.start(); }}},
      {"connected", {[](machine& m) { return m.on_connected(); }}},
      {"Hello, versions overlap 5 to 16", {hello(16, 5), hello(5, 1), hello(20, 16)}},
      {"Hello, other versions", {hello(4, 1), hello(20, 17)}},
      {"Hello, its lowest version above its highest", {hello(5, 16)}},
      {"deadline", {[](machine& m) { return m.on_deadline(); }}},
      {"tick, an answer is owed for the liveness time", {silence(6)}},
      {"other tick, something was received",
       {tick(interval, 1, true), tick(interval, 1, false)}},
      {"other tick, nothing received", {tick(interval, 0, true), tick(interval, 0, false)}},
      {"session ended, stop", {closed, stop}},
  };
  return all;
}

phase phase_of(const std::string& title) {
  const std::vector<std::string> names{"idle", "connecting", "greeting", "ready", "closed"};
  const auto at = std::find(names.begin(), names.end(), title);
  REQUIRE(at != names.end());
  return static_cast<phase>(at - names.begin());
}

// In the words of the table.
cell_meaning seen(const machine::actions& todo) {
  cell_meaning out;
  for (const auto& each : todo) {
    out.actions += (out.actions.empty() ? "!" : " !");
    out.actions += alternative_name(each);
    if (const auto* end = std::get_if<machine::close>(&each))
      out.qualifier = to_string(end->reason.code());
  }
  return out;
}

}  // namespace

TEST_CASE("the table of the connection machine says what it does", "[connection_table]") {
  const auto table = read_state_table("docs/protocols/connection.md", "The machine");
  CHECK(table.states.size() == static_cast<std::size_t>(phase::closed) + 1);
  check_cells(table, stimuli(), [&](const auto& state, const auto& cell, const auto& how) {
    if (cell.empty()) return;
    const auto expected = meaning_of(table, cell, {});
    for (const auto& happen : how) {
      auto tested = in_phase(phase_of(state));
      const auto before = tested.at();
      const auto got = seen(happen(tested));
      CHECK(got.actions == expected.actions);
      CHECK(tested.at() == (expected.next.empty() ? before : phase_of(expected.next)));
      if (!expected.qualifier.empty()) CHECK(got.qualifier == expected.qualifier);
    }
  });
}
