// "What an answer means" in docs/protocols/read.md, row by row, against the flow.
#include <functional>

#include "requests/refusal_kind.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"
#include "unit/read/read_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr std::size_t payload_max = 100;

struct asking_flow : flow_fixture {
  explicit asking_flow(std::optional<std::int64_t> end = std::nullopt)
      : flow_fixture{{100, end, "token"}, {1024, 2, payload_max}} {
    connect();
    (void)ask();
  }
};

using answered = std::function<read_flow::reaction(asking_flow&)>;

/// A row's answers, to a reader with an end cut or without one.
struct stimulus {
  std::vector<answered> answers;
  std::optional<std::int64_t> end = std::nullopt;
};

answered read_reply(const std::function<void(wire::segment_read&)>& change) {
  return [change](asking_flow& f) {
    wire::segment_read reply{f.name, f.asked.offset, true, false, events({"a"}), f.asked.id};
    change(reply);
    auto got = f.answer(reply);
    return got.to_cut ? f.cut(std::move(got)) : got.follows;
  };
}

template <class Reply>
answered refusal(const std::function<void(Reply&)>& change = [](Reply&) {}) {
  return [change](asking_flow& f) {
    Reply reply;
    reply.request_id = f.asked.id;
    if constexpr (requires { reply.segment; }) reply.segment = f.name;
    change(reply);
    return f.answer(reply).follows;
  };
}

answered token_refused(wire::token_error why) {
  return refusal<wire::auth_token_check_failed>([why](auto& r) { r.error_code = why; });
}

read_flow::reaction cut_short(asking_flow& f) {
  auto frame = f.frame_of(wire::segment_read{f.name, 100, true, false, {}, f.asked.id});
  frame.payload = frame.payload.first(frame.payload.size() - 9);
  return f.flow.on_reply(f.flow.serial(), frame).follows;
}

const std::map<std::string, stimulus>& stimuli() {
  using reply = wire::segment_read;
  static const std::map<std::string, stimulus> all{
      {"SegmentRead that does not decode", {{cut_short}}},
      {"SegmentRead of another segment or offset, with more bytes than requested, or with "
       "bytes "
       "that are not an event",
       {{read_reply([](reply& r) { r.segment = "scope/other/0.#epoch.0"; }),
         read_reply([](reply& r) { ++r.offset; }),
         read_reply([](reply& r) { r.data.resize(4096); }),
         read_reply([](reply& r) { r.data.assign(16, std::byte{0xEE}); })}}},
      {"an event larger than `event_payload_bytes_max`",
       {{read_reply([](reply& r) { r.data = events({std::string(payload_max + 1, 'x')}); })}}},
      {"SegmentIsTruncated with a start offset above the requested one",
       {{refusal<wire::segment_is_truncated>([](auto& r) { r.start_offset = 150; })}}},
      {"NoSuchSegment", {{refusal<wire::no_such_segment>()}}},
      {"AuthTokenCheckFailed (not expired), OperationUnsupported",
       {{token_refused(wire::token_error::token_check_failed),
         refusal<wire::operation_unsupported>()}}},
      {"AuthTokenCheckFailed (expired)", {{token_refused(wire::token_error::token_expired)}}},
      {"AuthTokenCheckFailed with an unknown id (0.13 sends the read's offset)",
       {{refusal<wire::auth_token_check_failed>([](auto& r) { r.request_id = 100; })}}},
      {"WrongHost, ErrorMessage, session closed",
       {{refusal<wire::wrong_host>(), refusal<wire::error_message>(),
         [](asking_flow& f) {
           return f.flow.on_session_closed(f.flow.serial(), errc::connection_lost);
         }}}},
      {"an end cut within an event",
       {{read_reply([](reply& r) {
          r.data = events({"twelve bytes"});
          r.data.resize(10);
        })},
        110}},
  };
  return all;
}

// In the words of the table; for a violation with its code if that is another one.
std::string words_for(const read_flow::reaction& follows) {
  if (follows.close_reason) return "the session is closed";
  // The session ends by itself: the flow hears of that.
  if (!follows.notice) return "the session ends";
  if (std::holds_alternative<read_disconnected>(*follows.notice)) return "failure";
  if (const auto* cut = std::get_if<read_truncated>(&*follows.notice))
    return cut->again ? "truncated again" : "truncated";
  const auto code = notice<read_refused>(follows).reason.code();
  switch (kind_of_refusal(code)) {
    case refusal_kind::missing:
      return "missing";
    case refusal_kind::violation:
      return code == errc::protocol_violation || code == errc::token_rejected ||
                     code == errc::unsupported_operation
                 ? "violation"
                 : "violation, " + std::string{to_string(code)};
    default:
      return "failure";
  }
}

}  // namespace

TEST_CASE("the table of answers says what a reader makes of them", "[read_table]") {
  const auto table = read_state_table("docs/protocols/read.md", "What an answer means");
  check_rows(table, stimuli(), [&](const auto& row, const auto& how) {
    CAPTURE(row.cells.at(0));
    const bool has_code = row.cells[0].find("violation, ") == 0;
    const auto said =
        row.cells[0].substr(0, row.cells[0].find_first_of(has_code ? ";:" : ";:,"));
    for (const auto& answer : how.answers) {
      asking_flow f{how.end};
      CHECK(words_for(answer(f)) == said);
    }
  });
}

TEST_CASE("a segment that is truncated again without data is said to be so", "[read_table]") {
  asking_flow f;
  const auto truncated =
      refusal<wire::segment_is_truncated>([](auto& r) { r.start_offset = 150; });
  CHECK(words_for(truncated(f)) == "truncated");
  (void)f.flow.resume();
  (void)f.ask();
  CHECK(words_for(truncated(f)) == "truncated again");
}
