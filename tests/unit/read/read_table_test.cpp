// The table of states in docs/protocols/read.md, cell by cell, against the machine.
#include <functional>

#include "core/alternative_names.hpp"
#include "read/read_machine.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using machine = read_machine;
using phase = read_machine::phase;

namespace {

constexpr auto document = "docs/protocols/read.md";
const time_point now{seconds{1000}};
constexpr auto go_on = truncation_policy::report_and_go_on;

using event = std::function<machine::actions(machine&)>;

machine in_phase(phase to, truncation_policy policy) {
  read_timing timing;
  timing.recovery_timeout = seconds{30};
  machine m{timing, policy};
  if (to == phase::idle) return m;
  (void)m.start();
  if (to == phase::waiting) (void)m.on_failure(errc::connection_lost, now, 0);
  if (to == phase::ended) (void)m.on_violation(errc::protocol_violation);
  if (to == phase::connecting || to == phase::reading)
    (void)m.on_located(endpoint{"store", 1}, now, 0);
  if (to == phase::reading) (void)m.on_connected(now);
  REQUIRE(m.at() == to);
  return m;
}

// It was missing once, and is being read again.
machine missing_once(phase to, truncation_policy policy) {
  auto m = in_phase(to, policy);
  if (to != phase::reading) return m;
  (void)m.on_missing(errc::segment_not_found);
  (void)m.on_located(endpoint{"store", 1}, now, 0);
  (void)m.on_connected(now);
  return m;
}

/// How a row is made to happen. All its events do what it says.
struct stimulus {
  std::vector<event> events;
  truncation_policy policy = go_on;
  std::function<machine(phase, truncation_policy)> lead = in_phase;
};

// Timers carry the number of their attempt.
event timer(machine::actions (machine::*over)(std::uint64_t)) {
  return [over](machine& m) {
    machine::actions all;
    for (std::uint64_t attempt = 1; attempt < 5; ++attempt)
      for (auto& each : (m.*over)(attempt))
        all.push_back(std::move(each));
    return all;
  };
}
event not_located(const error& why) {
  return [why](machine& m) { return m.on_located(why, now, 0); };
}
machine::actions truncated(machine& m) {
  return m.on_truncated(errc::segment_truncated, 9);
}
machine::actions truncated_again(machine& m) {
  return m.on_truncated_again(errc::segment_truncated, 9, now, 0);
}
machine::actions missing(machine& m) {
  return m.on_missing(errc::segment_not_found);
}
template <class F>
event without_action(F happens) {
  return [happens](machine& m) {
    happens(m);
    return machine::actions{};
  };
}

const std::map<std::string, stimulus>& stimuli() {
  constexpr auto fail = truncation_policy::fail;
  static const std::map<std::string, stimulus> all{
      {"start", {{[](machine& m) { return m.start(); }}}},
      {"located: address", {{[](machine& m) {
         return m.on_located(endpoint{"store", 1}, now, 0);
       }}}},
      {"located: retriable error", {{not_located(errc::controller_failure)}}},
      {"located: other error", {{not_located(errc::stream_not_found)}}},
      {"connected", {{[](machine& m) { return m.on_connected(now); }}}},
      {"answer without data", {{without_action([](machine& m) { m.on_answer(); })}}},
      {"progress (data)", {{without_action([](machine& m) { m.on_progress(); })}}},
      {"waited (just before a failure)", {{without_action([](machine& m) {
         m.on_waited({now + seconds{60}, true});
       })}}},
      {"failure", {{[](machine& m) { return m.on_failure(errc::connection_lost, now, 0); }}}},
      {"empty", {{[](machine& m) { return m.on_empty(); }}}},
      {"pause over", {{timer(&machine::on_pause_over)}}},
      {"truncated, policy go on", {{truncated}}},
      {"truncated again, policy go on", {{truncated_again}}},
      {"truncated (again), policy fail", {{truncated, truncated_again}, fail}},
      {"missing, the first time", {{missing}}},
      {"missing again, policy go on", {{missing}, go_on, missing_once}},
      {"missing again, policy fail", {{missing}, fail, missing_once}},
      {"violation", {{[](machine& m) { return m.on_violation(errc::protocol_violation); }}}},
      {"finished", {{[](machine& m) { return m.on_finished(); }}}},
      {"backoff over", {{timer(&machine::on_backoff_over)}}},
  };
  return all;
}

phase phase_of(const std::string& title) {
  for (auto i = 0; i <= static_cast<int>(phase::ended); ++i)
    if (to_string(static_cast<phase>(i)) == title) return static_cast<phase>(i);
  FAIL("no phase is called " << title);
  return phase::idle;
}

// In the words of the table.
std::string seen(const machine::actions& todo) {
  std::string out;
  for (const auto& each : todo) {
    out += (out.empty() ? "!" : " !");
    out += alternative_name(each);
    if (const auto* told = std::get_if<machine::publish>(&each))
      out += " " + std::string{to_string(told->kind)};
  }
  return out;
}

void check(machine tested, const event& happens, const cell_meaning& expected) {
  const auto before = tested.at();
  CHECK(seen(happens(tested)) == expected.actions);
  CHECK(tested.at() == (expected.next.empty() ? before : phase_of(expected.next)));
}

}  // namespace

TEST_CASE("the table of the read machine says what it does", "[read_table]") {
  const auto table = read_state_table(document, "The machine");
  CHECK(table.states.size() == static_cast<std::size_t>(phase::ended) + 1);
  check_cells(table, stimuli(), [&](const auto& state, const auto& cell, const auto& how) {
    const auto expected = meaning_of(table, cell, {"publish"});
    for (const auto& happens : how.events)
      check(how.lead(phase_of(state), how.policy), happens, expected);
  });
}

TEST_CASE("the words below the table say what the read machine does", "[read_table]") {
  const auto table = read_state_table(document, "The machine");
  // Failures that have lasted too long end it.
  auto late = in_phase(phase::reading, go_on);
  (void)late.on_failure(errc::connection_lost, now, 0);
  (void)late.on_backoff_over(1);
  check(
      late,
      [](machine& m) { return m.on_failure(errc::connection_lost, now + seconds{31}, 0); },
      meaning_of(table, table.words.at("end").back(), {"publish"}));
}
