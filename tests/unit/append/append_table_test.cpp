// The tables of states in docs/protocols/append.md, cell by cell, against the machine.
#include <functional>

#include "core/alternative_names.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"
#include "unit/append/append_machine_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using phase = append_machine::phase;

namespace {

constexpr auto document = "docs/protocols/append.md";

using event = std::function<append_machine::actions(append_fixture&)>;
using preparation = std::function<void(append_fixture&, phase)>;

/// How a row is made to happen.
struct stimulus {
  /// All of them do what the row says.
  std::vector<event> events;
  /// Leads the machine into the phase.
  preparation lead = [](append_fixture& f, phase to) { f.lead_to(to); };
};

// Timers carry the number of their attempt.
template <class F>
append_machine::actions of_any_attempt(F timer) {
  append_machine::actions all;
  for (std::uint64_t attempt = 1; attempt < 10; ++attempt)
    for (auto& each : timer(attempt))
      all.push_back(std::move(each));
  return all;
}

event located(const result<endpoint>& where) {
  return [where](append_fixture& f) {
    return f.machine.on_located(where, f.now, 0, f.events_wait);
  };
}
event inspected(bool sealed) {
  return [sealed](append_fixture& f) {
    return f.machine.on_inspected(sealed, f.now, 0, f.events_wait);
  };
}
event successors(const result<successor_answer>& answer) {
  return [answer](append_fixture& f) {
    return f.machine.on_successors(answer, f.now, 0, f.events_wait);
  };
}
event missing(bool in_doubt) {
  return [in_doubt](append_fixture& f) {
    return f.machine.on_missing(errc::segment_not_found, in_doubt);
  };
}
append_machine::actions sealed(append_fixture& f) {
  return f.machine.on_sealed(errc::segment_sealed);
}
append_machine::actions set_up(append_fixture& f) {
  return f.machine.on_setup(1);
}

// The seal is announced on the way to the phase.
void lead_announced(append_fixture& f, phase to) {
  if (to != phase::inspecting && to != phase::setting_up) return f.lead_to(to);
  f.lead_to(phase::open);
  (void)f.sealed();
  (void)f.located();
  (void)f.connected();
  if (to == phase::setting_up) (void)f.inspected(true);
  REQUIRE(f.machine.at() == to);
}

const std::map<std::string, stimulus>& stimuli() {
  static const std::map<std::string, stimulus> all{
      {"start", {{[](auto& f) { return f.machine.start(); }}}},
      {"located: address", {{located(endpoint{"store", 1})}}},
      {"located: retriable error", {{located(errc::controller_failure)}}},
      {"located: other error", {{located(errc::stream_not_found)}}},
      {"connected", {{[](auto& f) { return f.machine.on_connected(); }}}},
      {"inspected: sealed", {{inspected(true)}}},
      {"inspected: not sealed, sealing was announced", {{inspected(false)}, lead_announced}},
      {"inspected: not sealed, sealing was suspected", {{inspected(false)}}},
      {"set up, not sealed", {{set_up}}},
      {"set up, sealed before", {{set_up}, lead_announced}},
      {"progress", {{[](auto& f) {
         f.machine.on_progress();
         return append_machine::actions{};
       }}}},
      {"nothing waits", {{[](auto& f) {
         f.machine.on_nothing_waits();
         return append_machine::actions{};
       }}}},
      {"failure", {{[](auto& f) {
         return f.machine.on_failure(errc::connection_lost, f.now, 0, f.events_wait);
       }}}},
      {"sealed, the first time", {{sealed}}},
      {"sealed again",
       {{sealed},
        [](append_fixture& f, phase to) {
          f.lead_to(to);
          (void)f.sealed();
        }}},
      {"missing, something is in doubt", {{missing(true)}}},
      {"missing, nothing is in doubt", {{missing(false)}}},
      {"successors: some", {{successors(append_fixture::two())}}},
      {"successors: none, the stream is sealed", {{successors(successor_answer{{}, true})}}},
      {"successors: none yet, or a retriable error",
       {{successors(successor_answer{}), successors(errc::controller_failure)}}},
      {"successors: another error", {{successors(errc::stream_not_found)}}},
      {"violation",
       {{[](auto& f) { return f.machine.on_violation(errc::protocol_violation); }}}},
      {"handshake time-out", {{[](auto& f) {
         return of_any_attempt([&](auto attempt) {
           return f.machine.on_handshake_timeout(attempt, f.now, 0, f.events_wait);
         });
       }}}},
      {"backoff over", {{[](auto& f) {
         return of_any_attempt(
             [&](auto attempt) { return f.machine.on_backoff_over(attempt); });
       }}}},
      {"stop", {{[](auto& f) { return f.machine.stop(); }}}},
  };
  return all;
}

// The phase whose name begins as the column's title.
phase phase_of(const std::string& title) {
  for (auto i = 0; i <= static_cast<int>(phase::ended); ++i)
    if (to_string(static_cast<phase>(i)).rfind(title, 0) == 0) return static_cast<phase>(i);
  FAIL("no phase is called " << title);
  return phase::idle;
}

// In the words of the table.
cell_meaning seen(const append_machine::actions& todo) {
  cell_meaning out;
  for (const auto& each : todo) {
    out.actions += (out.actions.empty() ? "!" : " !");
    out.actions += alternative_name(each);
    if (const auto* told = std::get_if<append_machine::publish>(&each))
      out.actions += " " + std::string{to_string(told->kind)};
    if (const auto* end = std::get_if<append_machine::give_up>(&each))
      out.qualifier = end->certain ? "certain" : "uncertain";
  }
  return out;
}

void check_cell(const state_table& table, std::string_view cell, const stimulus& how,
                phase where) {
  const auto expected = meaning_of(table, cell, {"publish"});
  for (const auto& happen : how.events) {
    append_fixture f;
    how.lead(f, where);
    const auto before = f.machine.at();
    const auto got = seen(happen(f));
    CHECK(got.actions == expected.actions);
    CHECK(f.machine.at() == (expected.next.empty() ? before : phase_of(expected.next)));
    if (!expected.qualifier.empty()) CHECK(got.qualifier == expected.qualifier);
  }
}

}  // namespace

TEST_CASE("the table of the append machine says what it does", "[append_table]") {
  const auto table = read_state_table(document, "The machine");
  CHECK(table.states.size() == static_cast<std::size_t>(phase::ended) + 1);
  check_cells(table, stimuli(), [&](const auto& state, const auto& cell, const auto& how) {
    check_cell(table, usual_part(cell), how, phase_of(state));
  });
}

TEST_CASE("what the table says of a seal that is suspected or announced", "[append_table]") {
  const auto table = read_state_table(document, "The machine");
  for (const auto& row : table.rows) {
    if (row.event != "connected") continue;
    const auto part = part_if(row.cells[2], "sealing is suspected or was announced");
    REQUIRE_FALSE(part.empty());
    const auto to_connecting = [](bool announced) {
      return [announced](append_fixture& f, phase) {
        f.lead_to(announced ? phase::open : phase::checking);
        if (announced)
          (void)f.sealed();
        else
          (void)f.successors(append_fixture::two());
        (void)f.located();
      };
    };
    for (const bool announced : {false, true})
      check_cell(table, part, {stimuli().at("connected").events, to_connecting(announced)},
                 phase::connecting);
  }
}

TEST_CASE("the words below the table say what the append machine does", "[append_table]") {
  const auto table = read_state_table(document, "The machine");
  const auto& attempts = table.words.at("attempt");
  REQUIRE(attempts.size() == 3);
  const auto check = [&](append_fixture& f, const event& happens, const std::string& word) {
    const auto expected = meaning_of(table, word, {"publish"});
    CAPTURE(word);
    CHECK(seen(happens(f)).actions == expected.actions);
    CHECK(f.machine.at() == phase_of(expected.next));
  };
  append_fixture final_known;
  check(
      final_known, [](auto& f) { return f.machine.start(true); }, attempts[0]);
  append_fixture in_vain;
  (void)in_vain.machine.start();
  for (std::uint64_t attempt = 1; attempt <= 2; ++attempt) {
    (void)in_vain.located();
    (void)in_vain.connected();
    (void)in_vain.setup(0);
    (void)in_vain.fails();
    if (attempt == 1) (void)in_vain.backoff_over(1);
  }
  check(
      in_vain, [](auto& f) { return f.machine.on_backoff_over(2); }, attempts[1]);
  // Failures that have lasted too long end it.
  append_fixture late;
  late.lead_to(phase::waiting);
  (void)late.backoff_over(1);
  late.now += seconds{31};
  check(late, located(errc::controller_failure), table.words.at("end").back());
}
