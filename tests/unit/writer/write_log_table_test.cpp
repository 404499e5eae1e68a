// The table of the writer in docs/protocols/append.md, cell by cell, against the write log.
#include <functional>

#include "support/catch.hpp"
#include "support/state_table.hpp"
#include "unit/writer/write_log_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr auto the_failure = errc::stream_not_found;

struct led_log : log_rig {
  std::size_t closes = 0;
  std::size_t reports = 0;

  led_log() : log_rig{1, small(), false} {}
  [[nodiscard]] std::string state() const { return log->status().state; }
  void close() {
    ++closes;
    log->start_close(seconds{7}, [this](const close_report&) { ++reports; });
  }
  /// One event is outstanding if the log is open or closing.
  void lead_to(const std::string& to) {
    if (to == "opening") return;
    open();
    if (to == "open" || to == "closing") write("1");
    if (to == "closing" || to == "closed") close();
    if (to == "failed") log->fail(the_failure);
    REQUIRE(state() == to);
    closings.clear();
  }
};

/// What an event does, in the words of the table.
using event = std::function<std::string(led_log&)>;

std::string refusal(const error& why) {
  return "!refuse " + (why == the_failure ? "reason" : std::string{to_string(why.code())});
}

// One event, and if it is accepted, as many as are too many.
std::string write(led_log& r) {
  auto ticket = r.try_write(1);
  if (!ticket) return refusal(ticket.error());
  while (ticket)
    ticket = r.try_write(100);
  return "!accept " + refusal(ticket.error());
}

// The actor arms no deadline when the log has ended.
std::string close(led_log& r) {
  r.close();
  CHECK(r.closings.size() <= 1);
  return r.closings.empty() || r.log->over() ? "" : "!arm_deadline";
}

std::string all_durable(led_log& r) {
  if (r.channels.empty()) return {};
  r.connect();
  r.ack(1);
  return {};
}

std::string hand_over(led_log& r) {
  if (r.channels.empty()) return {};
  const segment_id old{0, 0};
  const auto waiting = r.log->status().segments;
  r.channels[0]->hand_over(r.generations[0], {{{{1, 1}, {0.0, 1.0}}, {old}}}, "token");
  if (r.added.empty()) return {};
  const auto now = r.log->status().segments;
  REQUIRE(now.size() == 1);
  CHECK(now[0].segment == "scope/stream/1.#epoch.1");
  CHECK(now[0].events_pending == waiting.at(0).events_pending);
  return "!replace";
}

event without_action(std::function<void(led_log&)> happens) {
  return [happens = std::move(happens)](led_log& r) {
    happens(r);
    return std::string{};
  };
}

/// All events of a row do what it says.
const std::map<std::string, std::vector<event>>& stimuli() {
  static const std::map<std::string, std::vector<event>> all{
      {"open (segments known)", {without_action([](led_log& r) { r.open(); })}},
      {"write", {write}},
      {"close", {close}},
      {"all durable", {all_durable}},
      {"deadline", {without_action([](led_log& r) { r.log->close_deadline(); })}},
      {"a segment handed over", {hand_over}},
      {"a segment gave up, the actor ended",
       {without_action([](led_log& r) {
          if (r.channels.empty())
            r.log->fail(the_failure);
          else
            r.give_up(0, the_failure, true);
        }),
        without_action([](led_log& r) { r.log->fail(the_failure); })}},
  };
  return all;
}

void check_end(const led_log& r, const std::string& cell) {
  const auto says = [&cell](const char* word) { return cell.find(word) != cell.npos; };
  if (says("(deadline_exceeded)")) CHECK(r.log->failure() == errc::deadline_exceeded);
  if (says("(reason)")) CHECK(r.log->failure() == the_failure);
  if (says("the actor may end")) CHECK(r.closings.size() == 1);
  // The end completes every event and answers all that close.
  if (!r.log->over()) return;
  CHECK(r.outcomes.told.size() == r.log->status().last_written);
  CHECK(r.reports == r.closes);
}

}  // namespace

TEST_CASE("the table of the writer says what the write log does", "[write_log]") {
  const auto table = read_state_table("docs/protocols/append.md", "The writer");
  CHECK(table.states == texts{"opening", "open", "closing", "closed", "failed"});
  check_cells(table, stimuli(), [&](const auto& state, const auto& cell, const auto& how) {
    const auto expected = meaning_of(table, cell, {"refuse"});
    for (const auto& happen : how) {
      led_log r;
      r.lead_to(state);
      CHECK(happen(r) == expected.actions);
      CHECK(r.state() == (expected.next.empty() ? state : expected.next));
      check_end(r, cell);
    }
  });
}
