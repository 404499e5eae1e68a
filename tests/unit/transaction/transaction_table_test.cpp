// The table of states in docs/protocols/transaction.md, cell by cell, against the machine.
#include <functional>
#include <map>

#include "core/alternative_names.hpp"
#include "support/state_table.hpp"
#include "unit/transaction/transaction_machine_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using m = transaction_machine;
using phase = m::phase;
using state = transaction_state;
using ping_status = controller::ping_status;

namespace {

using event = std::function<void(transaction_fixture&)>;

/// How a row is made to happen.
struct stimulus {
  /// All of them do what the row says.
  std::vector<event> events;
  /// What comes before, in a phase.
  event before = [](transaction_fixture&) {};
};

// A question about the state is under way.
void ask_state(transaction_fixture& f) {
  if (f.machine.at() == phase::committing) (void)f.commit_fails(errc::precondition_failed);
  if (f.machine.at() == phase::aborting) (void)f.abort_fails(errc::precondition_failed);
  if (f.machine.at() != phase::open && f.machine.at() != phase::flushing) return;
  (void)f.after(seconds{5});
  (void)f.pinged(1, ping_status::unknown);
}
// The ping with serial 1 is under way.
void send_ping(transaction_fixture& f) {
  if (f.machine.at() == phase::resuming) {
    (void)f.checked(state::open);
    (void)f.looks_up();
  } else {
    (void)f.after(seconds{5});
  }
}
void ask_segments(transaction_fixture& f) {
  if (f.machine.at() == phase::resuming) (void)f.checked(state::open);
}

event ping(ping_status how) {
  return [how](auto& f) { (void)f.pinged(1, how); };
}
event state_is(state which) {
  return [which](auto& f) { (void)f.checked(which); };
}

const std::map<std::string, stimulus>& stimuli() {
  static const std::map<std::string, stimulus> all{
      {"start", {{[](auto& f) { (void)f.start(); }}}},
      {"created", {{[](auto& f) { (void)f.creates(); }}}},
      {"create failed", {{[](auto& f) { (void)f.fails_to_create(errc::stream_not_found); }}}},
      {"looked up", {{[](auto& f) { (void)f.looks_up(); }}, ask_segments}},
      {"look-up failed, not retriable",
       {{[](auto& f) { (void)f.seen(f.machine.on_looked_up(errc::stream_not_found, f.at())); }},
        ask_segments}},
      {"ping: open", {{ping(ping_status::open)}, send_ping}},
      {"ping: committed, aborted or unknown",
       {{ping(ping_status::committed), ping(ping_status::aborted), ping(ping_status::unknown)},
        send_ping}},
      {"ping: another word, or a retriable error",
       {{ping(ping_status::disconnected), [](auto& f) { (void)f.ping_fails(1); }}, send_ping}},
      {"state: open", {{state_is(state::open)}, ask_state}},
      {"state: committing", {{state_is(state::committing)}, ask_state}},
      {"state: committing, 5 s after the commit",
       {{state_is(state::committing)},
        [](auto& f) {
          ask_state(f);
          f.now += seconds{5};
        }}},
      {"state: committed", {{state_is(state::committed)}, ask_state}},
      {"state: aborting or aborted",
       {{state_is(state::aborting), state_is(state::aborted)}, ask_state}},
      {"state: unknown, twice in a row",
       {{state_is(state::unknown)},
        [](auto& f) {
          ask_state(f);
          (void)f.checked(state::unknown);
          (void)f.after(milliseconds{2});
        }}},
      {"no state, retriable",
       {{[](auto& f) { (void)f.check_fails(errc::controller_unreachable); }}, ask_state}},
      {"no state, not retriable",
       {{[](auto& f) { (void)f.check_fails(errc::stream_not_found); },
         [](auto& f) { (void)f.check_fails(errc::permission_denied); }},
        ask_state}},
      {"commit is asked for",
       {{[](auto& f) { (void)f.commit(9); },
         [](auto& f) { (void)f.commit_until_accepted(9); }}}},
      {"flushed", {{[](auto& f) { (void)f.flushed(); }}}},
      {"a segment is sealed or missing",
       {{[](auto& f) { (void)f.writer_fails(errc::segment_sealed); },
         [](auto& f) { (void)f.writer_fails(errc::segment_not_found); }}}},
      {"the writer failed otherwise",
       {{[](auto& f) { (void)f.writer_fails(errc::retries_exhausted); }}}},
      {"commit: done", {{[](auto& f) { (void)f.committed(); }}}},
      {"commit: failed", {{[](auto& f) { (void)f.commit_fails(errc::controller_failure); }}}},
      {"abort is asked for", {{[](auto& f) { (void)f.abort(9); }}}},
      {"abort: done", {{[](auto& f) { (void)f.aborted(); }}}},
      {"abort: failed", {{[](auto& f) { (void)f.abort_fails(errc::precondition_failed); }}}},
      {"dropped", {{[](auto& f) { (void)f.dropped(); }}}},
      {"stop", {{[](auto& f) { (void)f.stopped(); }}}},
  };
  return all;
}

// Several phases are over.
std::vector<phase> phases_of(const std::string& title) {
  if (title == "over")
    return {phase::committed, phase::aborted, phase::expired,
            phase::lost,      phase::left,    phase::failed};
  for (auto i = 0; i <= static_cast<int>(phase::aborting); ++i)
    if (to_string(static_cast<phase>(i)) == title) return {static_cast<phase>(i)};
  FAIL("no phase is called " << title);
  return {};
}

// In the words of the table.
std::string seen(const m::actions& todo) {
  std::string out;
  for (const auto& each : todo) {
    if (std::holds_alternative<m::wake>(each) || std::holds_alternative<m::answer>(each))
      continue;
    out += (out.empty() ? "!" : " !");
    out += alternative_name(each);
  }
  return out;
}

void check_cell(const state_table& table, const std::string& cell, const stimulus& how,
                const std::string& title) {
  const auto expected = meaning_of(table, cell, {});
  for (const auto where : phases_of(title))
    for (const auto& happen : how.events) {
      CAPTURE(to_string(where));
      transaction_fixture f{where == phase::resuming};
      f.lead_to(where);
      how.before(f);
      REQUIRE(f.machine.at() == where);
      f.last.clear();
      happen(f);
      CHECK(seen(f.last) == expected.actions);
      if (expected.next == "over")
        CHECK(f.machine.is_over());
      else
        CHECK(f.machine.at() == (expected.next.empty() ? where : phases_of(expected.next)[0]));
    }
}

}  // namespace

TEST_CASE("the table of the transaction machine says what it does", "[transaction_table]") {
  const auto table = read_state_table("docs/protocols/transaction.md", "The machine");
  CHECK(table.states.size() == static_cast<std::size_t>(phase::committed) + 1);
  check_cells(table, stimuli(), [&](const auto& title, const auto& cell, const auto& how) {
    check_cell(table, cell, how, title);
  });
}
