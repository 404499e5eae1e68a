// The table of large events in docs/protocols/read.md, cell by cell, against the flow.
#include <functional>

#include "support/catch.hpp"
#include "support/state_table.hpp"
#include "unit/read/read_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using large_event = read_flow::large_event;

namespace {

constexpr std::size_t request_bytes = 256u << 10;
constexpr std::size_t large = 2 * limits::reader_request_bytes_least;

/// A flow that reads a large event in two replies.
struct event_flow : flow_fixture {
  const byte_vector whole = events({std::string(large, 'x')});
  std::optional<read_flow::cut> to_cut;

  event_flow() : flow_fixture{{0, std::nullopt, "token"}, {request_bytes, 2, 1u << 20}} {
    connect();
  }
  /// The first half of the event, which is being cut.
  void begin() {
    (void)ask();
    to_cut =
        answer_data({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(large / 2)})
            .to_cut;
    REQUIRE(to_cut);
  }
  read_flow::reaction end_cut(bool keeps) {
    auto step = to_cut->assembler.add(to_cut->data, [keeps](std::size_t) { return keeps; });
    return flow.on_cut(std::move(*to_cut), std::move(step));
  }
  read_flow::claim claim(bool there_is_room) {
    const auto known = flow.event() == large_event::kept ? 2 * large : large;
    const auto answer = flow.claim_event(flow.serial(), known);
    if (answer == read_flow::claim::needs_room) flow.on_claimed(known, there_is_room);
    return answer;
  }
  void lead_to(const std::string& state) {
    if (state != "none") {
      begin();
      REQUIRE(claim(state == "kept") == read_flow::claim::needs_room);
      (void)end_cut(state == "kept");
      (void)flow.take_changes();
    }
    REQUIRE(to_string(flow.event()) == state);
    CHECK((flow.wish() == 0) == (state == "waits"));
  }
};

using event = std::function<read_flow::reaction(event_flow&)>;

event claimed(bool there_is_room) {
  return [there_is_room](event_flow& f) {
    if (f.flow.event() == large_event::none) f.begin();
    CHECK(f.claim(there_is_room) == read_flow::claim::needs_room);
    return read_flow::reaction{};
  };
}

// The rest of the large event, or an event that never was one.
read_flow::reaction complete(event_flow& f) {
  (void)f.ask();
  auto data = f.whole;
  if (f.flow.event() == large_event::kept)
    data.erase(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(large / 2));
  else
    data = events({"small"});
  return f.cut(f.answer_data(data));
}

/// All events of a row do what it says.
const std::map<std::string, std::vector<event>>& stimuli() {
  static const std::map<std::string, std::vector<event>> all{
      {"claimed while a reply is cut, and there is room", {claimed(true)}},
      {"claimed, and there is no room", {claimed(false)}},
      {"the owner has room", {[](event_flow& f) {
         f.flow.begin_event(large);
         return read_flow::reaction{};
       }}},
      {"it is whole", {complete}},
      {"leave, skip, drop",
       {[](event_flow& f) { return f.flow.end_session(); },
        [](event_flow& f) { return f.flow.skip(10); },
        [](event_flow& f) {
          f.flow.drop();
          return read_flow::reaction{};
        }}},
  };
  return all;
}

}  // namespace

TEST_CASE("the table of large events says what the flow does", "[read_table]") {
  const auto table = read_state_table("docs/protocols/read.md", "Large events");
  CHECK(table.states == std::vector<std::string>{"none", "kept", "waits"});
  check_rows(table, stimuli(), [&](const auto& row, const auto& how) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const auto& state = table.states[i];
      const auto& cell = row.cells[i];
      if (cell.empty()) continue;
      CAPTURE(state, cell);
      const auto expected = meaning_of(table, cell, {});
      for (const auto& happens : how) {
        event_flow f;
        f.lead_to(state);
        const auto follows = happens(f);
        CHECK(to_string(f.flow.event()) == (expected.next.empty() ? state : expected.next));
        if (row.event == "it is whole")
          CHECK(follows.makes_room == (cell.find("others may ask") != cell.npos));
      }
    }
  });
}
