// The table of an append flow in docs/protocols/append.md, cell by cell, against the flow.
#include <functional>

#include "support/catch.hpp"
#include "support/state_table.hpp"
#include "unit/append/append_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using connection = append_flow::connection;
using life = append_flow::life;
using duty = append_flow::duty;

namespace {

/// What an event does, as `text_of` says it.
using event = std::function<lines(append_flow_fixture&)>;

// Without a session there is none whose reply counts.
event reply(lines (append_flow_fixture::*of)()) {
  return [of](append_flow_fixture& f) {
    return f.flow.at() == connection::none ? lines{} : (f.*of)();
  };
}

lines strange(append_flow_fixture& f) {
  if (f.flow.at() == connection::none) return {};
  return f.reply(wire::append_setup{f.request_id, "scope/other/0.#epoch.0", f.writer_id, 0});
}

lines acknowledge(append_flow_fixture& f) {
  f.write();
  (void)f.send();
  return f.acknowledged(1);
}

lines thread_comes(append_flow_fixture& f) {
  f.write();
  switch (f.flow.due()) {
    case duty::send:
      return {"send"};
    case duty::report_loss:
      return text_of(f.flow.take_loss());
    case duty::send_part:
    case duty::report_first_event:
    case duty::nothing:
      break;
  }
  return {};
}

lines not_handed(append_flow_fixture& f) {
  if (f.flow.at() != connection::none) f.flow.on_handed(f.flow.serial(), false);
  return {};
}

/// All events of a row do what it says.
const std::map<std::string, std::vector<event>>& stimuli() {
  using fixture = append_flow_fixture;
  static const std::map<std::string, std::vector<event>> all{
      {"a new actor attaches (the generation grows), the actor detaches",
       {[](fixture& f) { return text_of(f.flow.attach()); },
        [](fixture& f) { return text_of(f.flow.detach(f.flow.generation())); }}},
      {"use: a new session", {[](fixture& f) { return f.use(); }}},
      {"resume(stored)", {[](fixture& f) { return f.resume(); }}},
      {"finalize(stored)", {[](fixture& f) { return f.finalize(std::nullopt); }}},
      {"disconnect(reason)", {[](fixture& f) {
         return text_of(f.flow.disconnect(f.flow.generation(), errc::token_expired));
       }}},
      {"the session ended", {[](fixture& f) { return f.closed(); }}},
      {"DataAppended", {acknowledge}},
      {"AppendSetup, StreamSegmentInfo",
       {[](fixture& f) { return f.flow.at() == connection::none ? lines{} : f.set_up(3); },
        [](fixture& f) { return f.flow.at() == connection::none ? lines{} : f.inspected(); }}},
      {"any other reply, or one that cannot be", {reply(&fixture::refused), strange}},
      {"an end could not be reported", {[](fixture& f) {
         f.flow.on_unreported(f.flow.serial());
         return lines{};
       }}},
      {"a thread comes by", {thread_comes}},
      {"a block could not be handed over, nor the session closed", {not_handed}},
  };
  return all;
}

// "end_session cancelled" is "!end cancelled" in the words of the table, "report closed
// connection_lost" "!report closed", "advance 1-1" "!advance".
std::string in_words_of_table(const lines& todo, const std::string& expected) {
  std::string out;
  for (const auto& each : todo) {
    auto words = each;
    if (words.rfind("end_session", 0) == 0) words.replace(0, 11, "end");
    if (words == "end token_expired") words = "end reason";
    if (words.rfind("advance", 0) == 0) words = "advance";
    if (words.rfind("report ", 0) == 0) words = words.substr(0, words.find(' ', 7));
    // A report that the table does not name is the event itself.
    if (words.rfind("report ", 0) == 0 && expected == "!report") words = "report";
    out += (out.empty() ? "!" : " !") + words;
  }
  return out;
}

life life_of(const std::string& title) {
  for (const auto of : {life::live, life::final_known, life::retired})
    if (to_string(of) == title) return of;
  FAIL("no life is called " << title);
  return life::live;
}

connection connection_of(const std::string& title) {
  for (const auto at :
       {connection::none, connection::handshake, connection::open, connection::lost})
    if (to_string(at) == title) return at;
  FAIL("no connection is called " << title);
  return connection::none;
}

}  // namespace

TEST_CASE("the table of the append flow says what it does", "[append_table]") {
  const auto table = read_state_table("docs/protocols/append.md", "The flow");
  CHECK(table.states == lines{"none", "handshake", "open", "lost"});
  check_cells(table, stimuli(), [&](const auto& state, const auto& cell, const auto& how) {
    const auto expected = meaning_of(table, cell, {"end", "report"});
    for (const auto& happen : how) {
      append_flow_fixture f;
      f.lead_to(connection_of(state));
      const auto todo = happen(f);
      CHECK(in_words_of_table(todo, expected.actions) == expected.actions);
      CHECK(to_string(f.flow.at()) == (expected.next.empty() ? state : expected.next));
    }
  });
}

TEST_CASE("the table of a segment's life says what the append flow does", "[append_table]") {
  using fixture = append_flow_fixture;
  const std::map<std::string, event> events{
      {"resume", [](fixture& f) { return f.resume(); }},
      {"finalize", [](fixture& f) { return f.finalize(std::nullopt); }},
      {"a reply",
       [](fixture& f) { return f.flow.hears(f.flow.serial()) ? lines{"count"} : lines{}; }},
      {"the successors have taken over, the writer has ended",
       [](fixture& f) {
         (void)f.flow.retire();
         return lines{};
       }},
  };
  const auto table = read_state_table("docs/protocols/append.md", "The life of a segment");
  CHECK(table.states == lines{"live", "final_known", "retired"});
  check_cells(table, events, [&](const auto& state, const auto& cell, const auto& how) {
    const auto expected = meaning_of(table, cell, {"end"});
    fixture f;
    f.lead_to(life_of(state));
    (void)f.use();
    CHECK(in_words_of_table(how(f), expected.actions) == expected.actions);
    CHECK(to_string(f.flow.segment_life()) == (expected.next.empty() ? state : expected.next));
  });
}
