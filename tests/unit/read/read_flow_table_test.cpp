// The table of a read flow in docs/protocols/read.md, cell by cell, against the flow.
#include <functional>

#include "core/alternative_names.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"
#include "unit/read/read_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

/// What the store answers when the flow is led to where a reply is cut.
struct reply_to_cut {
  byte_vector data = events({"one"});
  bool end = false;
};

byte_vector events_and_rubbish() {
  auto bytes = events({"one"});
  bytes.resize(bytes.size() + 16, std::byte{0xEE});
  return bytes;
}

struct led_flow : flow_fixture {
  using flow_fixture::flow_fixture;
  std::optional<read_flow::cut> to_cut;

  [[nodiscard]] std::string title() const {
    if (flow.segment_life() == read_flow::life::finished) return "finished";
    if (flow.session_state() != read_flow::connection::open)
      return std::string{to_string(flow.session_state())};
    if (flow.asking() == read_flow::request_state::none) return "idle";
    return flow.asking() == read_flow::request_state::cutting ? "cutting" : "on its way";
  }
  /// Late replies reach a finished flow, too: a thread cuts one when it finishes.
  void lead_to(const std::string& state, const reply_to_cut& reply, bool asks_twice) {
    if (state != "none") (void)flow.use();
    if (state == "none" || state == "attached") return;
    (void)flow.resume();
    // At its own end.
    if (flow.segment_life() == read_flow::life::finished) return;
    if (asks_twice) {
      (void)ask();
      (void)answer_data({}, true);
    }
    if (state == "idle") return;
    (void)ask();
    if (state == "on its way") return;
    to_cut = answer_data(reply.data, false, reply.end).to_cut;
    if (state == "finished") (void)flow.give_up(errc::cancelled);
  }
};

using event = std::function<read_flow::reaction(led_flow&)>;

/// How a row is made to happen. All its events do what it says.
struct stimulus {
  std::vector<event> events;
  reply_to_cut reply = {};
  /// An answer without data came before.
  bool asks_twice = false;
  std::optional<std::int64_t> own_end = std::nullopt;
};

read_flow::reaction cut(led_flow& f) {
  if (!f.to_cut) return {};
  auto step = f.to_cut->assembler.add(f.to_cut->data);
  return f.flow.on_cut(std::move(*f.to_cut), std::move(step));
}

// What ends with a session needs one.
read_flow::reaction closed(led_flow& f) {
  if (f.flow.session_state() == read_flow::connection::none) return {};
  return f.flow.on_session_closed(f.flow.serial(), errc::connection_lost);
}

read_flow::reaction granted(led_flow& f) {
  if (const auto wish = f.flow.wish()) (void)f.flow.ask(wish, f.at(0));
  return {};
}

read_flow::reaction not_sent(led_flow& f) {
  if (f.flow.asking() != read_flow::request_state::on_its_way) return {};
  return f.flow.on_unsent(f.flow.serial(), errc::out_of_memory);
}

event data(const byte_vector& bytes, bool end) {
  return [=](led_flow& f) { return f.answer_data(bytes, true, end).follows; };
}

read_flow::reaction strange_data(led_flow& f) {
  return f.answer(wire::segment_read{f.name, f.asked.offset + 1, true, false, {}, f.asked.id})
      .follows;
}

read_flow::reaction undecodable(led_flow& f) {
  auto frame =
      f.frame_of(wire::segment_read{f.name, f.asked.offset, true, false, {}, f.asked.id});
  frame.payload = frame.payload.first(frame.payload.size() - 9);
  return f.flow.on_reply(f.flow.serial(), frame).follows;
}

read_flow::reaction give_back(led_flow& f) {
  std::deque<read_outcome> rest;
  return f.flow.give_back(rest);
}

template <class Reply>
event refusal() {
  return [](led_flow& f) {
    Reply reply;
    reply.request_id = f.asked.id;
    reply.segment = f.name;
    if constexpr (requires { reply.start_offset; }) reply.start_offset = f.asked.offset + 100;
    return f.answer(reply).follows;
  };
}

const std::map<std::string, stimulus>& stimuli() {
  const event resume = [](led_flow& f) { return f.flow.resume(); };
  static const std::map<std::string, stimulus> all{
      {"attach, end_session",
       {{[](led_flow& f) { return f.flow.attach(); },
         [](led_flow& f) { return f.flow.end_session(); }}}},
      {"use", {{[](led_flow& f) { return f.flow.use(); }}}},
      {"resume, before the own end", {{resume}}},
      {"resume, at the own end", {{resume}, {}, false, 0}},
      {"request granted", {{granted}}},
      {"request not sent", {{not_sent}}},
      {"SegmentRead with data, or the last",
       {{data(events({"two"}), false), data({}, true), data(events({"two"}), true)}}},
      {"SegmentRead, empty", {{data({}, false)}}},
      {"SegmentRead, empty, as the one before", {{data({}, false)}, {}, true}},
      {"SegmentIsTruncated", {{refusal<wire::segment_is_truncated>()}}},
      {"SegmentIsSealed", {{refusal<wire::segment_is_sealed>()}}},
      {"another refusal, or data that does not fit",
       {{refusal<wire::no_such_segment>(), strange_data}}},
      {"a reply that does not decode", {{undecodable}}},
      {"cut: slices", {{cut}}},
      {"cut: the end", {{cut}, {events({"one"}), true}}},
      {"cut: a failure", {{cut}, {events_and_rubbish(), false}}},
      {"session closed", {{closed}}},
      {"skip", {{[](led_flow& f) { return f.flow.skip(100); }}}},
      {"skip_rest", {{[](led_flow& f) { return f.flow.skip_rest(); }}}},
      {"give_up", {{[](led_flow& f) { return f.flow.give_up(errc::cancelled); }}}},
      {"drop", {{[](led_flow& f) {
         f.flow.drop();
         return read_flow::reaction{};
       }}}},
      {"give_back", {{give_back}}},
  };
  return all;
}

/// What else the table says in prose.
void check_prose(const std::string& cell, const led_flow& f, const read_flow::reaction& follows,
                 bool waited_before) {
  const auto says = [&cell](const char* words) { return cell.find(words) != cell.npos; };
  CHECK(follows.ends_session == says("*leave*"));
  CHECK(follows.close_reason.has_value() == says("session is closed"));
  if (says("nothing waits") || says("goes to the caller"))
    CHECK_FALSE(f.flow.has_outcomes());
  else
    CHECK(f.flow.has_outcomes() == (says("wait") || waited_before));
}

void check_cell(const state_table& table, const std::string& state, const std::string& cell,
                const stimulus& how) {
  const auto expected = meaning_of(table, cell, {});
  for (const auto& happens : how.events) {
    led_flow f{{0, how.own_end, "token"}};
    f.lead_to(state, how.reply, how.asks_twice);
    // A flow at its own end never asks.
    if (how.own_end && f.title() != state) continue;
    REQUIRE(f.title() == state);
    const bool waited = f.flow.has_outcomes();
    const auto follows = happens(f);
    std::string seen;
    if (follows.notice) seen = "!" + std::string{alternative_name(*follows.notice).substr(5)};
    CHECK(seen == expected.actions);
    CHECK(f.title() == (expected.next.empty() ? state : expected.next));
    check_prose(cell, f, follows, waited);
  }
}

}  // namespace

TEST_CASE("the table of the read flow says what it does", "[read_table]") {
  const auto table = read_state_table("docs/protocols/read.md", "The flow");
  CHECK(table.states == std::vector<std::string>{"none", "attached", "idle", "on its way",
                                                 "cutting", "finished"});
  check_cells(table, stimuli(), [&](const auto& state, const auto& cell, const auto& how) {
    check_cell(table, state, cell, how);
  });
}
