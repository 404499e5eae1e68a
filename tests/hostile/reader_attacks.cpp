// A hostile segment store against a reader.
#include <set>

#include "hostile/hostile_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::hostile;

namespace {

constexpr auto longest = std::numeric_limits<std::int64_t>::max();
const std::string elsewhere = "scope/other/0.#epoch.0";

using wire::read_segment;
using wire::segment_read;

template <class Change>
attack reads(std::string name, Change change) {
  return altered<segment_read>(std::move(name),
                               [change](line&, segment_read& reply) { change(reply); });
}

template <class Reply>
attack answers(std::string name, Reply reply) {
  return instead_of<read_segment>(
      std::move(name),
      [reply](line& on, const read_segment& request) { on.reply(reply(request)); });
}

attack answers_raw(std::string name, frame_bytes bytes) {
  return instead_of<read_segment>(std::move(name),
                                  [bytes](line& on, const read_segment&) { on.answer(bytes); });
}

segment_read reply_to(const read_segment& request, frame_bytes data, bool tail = false,
                      bool ends = false) {
  return {request.segment, request.offset, tail, ends, std::move(data), request.request_id};
}

/// Each connection answers its first read with nothing, and dies at the second.
attack empty_then_mute() {
  const auto answered = std::make_shared<std::set<line*>>();
  return instead_of<read_segment>("an empty answer, then mute",
                                  [answered](line& on, const read_segment& q) {
                                    if (answered->insert(&on).second)
                                      on.reply(reply_to(q, {}, true));
                                    else
                                      on.mute();
                                  });
}

/// Expected of an attack: "all" events come, the reader "waits" for what is owed, or ends with
/// this error; when it strikes once, and when it goes on for ever.
struct row {
  attack what;
  std::string once;
  std::string for_ever;
  int within_s = 30;
  int once_s = 10;
};

void check(const std::vector<row>& rows) {
  for (const auto& each : rows) {
    INFO(each.what.name);
    for (const auto strikes : {std::size_t{1}, for_ever}) {
      const bool once = strikes == 1;
      const auto& expected = once ? each.once : each.for_ever;
      hostile_world world;
      const auto seen = world.read(each.what, strikes);
      INFO((once ? "once: " : "for ever: ") << seen.why.substr(0, 200));
      CHECK(seen.outcomes == expected);
      CHECK(seen.took <= seconds{once ? each.once_s : each.within_s});
      CHECK(seen.connections < 200);
      // Never what is not there.
      CHECK(seen.stored == events(1, static_cast<int>(seen.stored.size())));
      if (seen.outcomes == "all") CHECK(seen.stored.size() == std::size_t{events_per_run});
    }
  }
}

}  // namespace

TEST_CASE("hostile store, reader: replies that are not to the request") {
  check({
      {reads("another segment", [](segment_read& r) { r.segment = elsewhere; }),
       "protocol_violation", "protocol_violation"},
      {reads("a later offset", [](segment_read& r) { r.offset += 8; }), "protocol_violation",
       "protocol_violation"},
      {reads("a negative offset", [](segment_read& r) { r.offset = -5; }), "protocol_violation",
       "protocol_violation"},
      {reads("the greatest offset", [](segment_read& r) { r.offset = longest; }),
       "protocol_violation", "protocol_violation"},
      {behind<segment_read>("twice", [](line& on, const segment_read& r) { on.reply(r); }),
       "all", "all"},
      {altered<segment_read>("a hundred that were never asked for",
                             [](line& on, const segment_read& r) {
                               auto other = r;
                               ++other.offset;
                               on.flood(other, 100);
                             }),
       "protocol_violation", "protocol_violation"},
      {reads("nothing, again and again", [](segment_read& r) { r.data.clear(); }), "all",
       "waits"},
      {answers("a false tail", [](const read_segment& q) { return reply_to(q, {}, true); }),
       "all", "waits"},
      {reads("one byte at a time", [](segment_read& r) { r.data.resize(1); }), "all", "all"},
      {reads("another request", [](segment_read& r) { ++r.request_id; }), "waits", "waits", 300,
       300},
  });
}

TEST_CASE("hostile store, reader: frames and events that lie about themselves") {
  check({
      {answers_raw("a negative length", raw_frame(segment_read::code, -1)), "all",
       "retries_exhausted"},
      {answers_raw("the greatest length",
                   raw_frame(segment_read::code, std::numeric_limits<std::int32_t>::max(), 64)),
       "all", "retries_exhausted"},
      {answers_raw("a type that does not exist", raw_frame(12345, 8, 8)), "all",
       "retries_exhausted"},
      {answers_raw("a payload that ends too soon", raw_frame(segment_read::code, 20, 20)),
       "all", "retries_exhausted"},
      {answers("an event of a negative length",
               [](const read_segment& q) { return reply_to(q, raw_frame(0, -1, 100)); }),
       "protocol_violation", "protocol_violation"},
      {answers("an event of the greatest length",
               [](const read_segment& q) {
                 return reply_to(q,
                                 raw_frame(0, std::numeric_limits<std::int32_t>::max(), 100));
               }),
       "protocol_violation", "protocol_violation"},
      {answers("an event of another type",
               [](const read_segment& q) { return reply_to(q, raw_frame(77, 5, 100)); }),
       "protocol_violation", "protocol_violation"},
      {answers_raw("a frame that never comes", raw_frame(segment_read::code, 16000000, 100)),
       "all", "retries_exhausted", 40, 20},
      {instead_of<read_segment>("a reply in pieces of a byte every 3 s",
                                [](line& on, const read_segment& q) {
                                  on.trickle(*wire::encode(reply_to(q, frame_bytes(200))),
                                             seconds{3});
                                }),
       "all", "retries_exhausted", 40, 20},
  });
}

TEST_CASE("hostile store, reader: silence and ends") {
  check({
      {{"says nothing", [](line& on) { on.mute(); }}, "all", "retries_exhausted"},
      {{"closes at once", [](line& on) { on.hang_up(); }}, "all", "retries_exhausted"},
      {instead_of<read_segment>("closes at a read",
                                [](line& on, const read_segment&) { on.hang_up(); }),
       "all", "retries_exhausted"},
      {instead_of<read_segment>("mute at a read",
                                [](line& on, const read_segment&) { on.mute(); }),
       "all", "retries_exhausted", 40},
      {empty_then_mute(), "all", "retries_exhausted", 40},
      {instead_of<read_segment>(
           "alive, answers no read, and closes after 7 s",
           [](line& on, const read_segment&) { on.hang_up_after(seconds{7}); }),
       "all", "retries_exhausted", 40},
      {altered<segment_read>(
           "a flood of KeepAlive",
           [](line& on, const segment_read&) { on.flood(wire::keep_alive{}, 100); }),
       "all", "all"},
  });
}

TEST_CASE("hostile store, reader: refusals that lie") {
  check({
      {answers("SegmentIsTruncated, for ever further on",
               [](const read_segment& q) {
                 return wire::segment_is_truncated{
                     q.request_id, q.segment, q.offset + 1, {}, q.offset};
               }),
       "waits", "retries_exhausted"},
      {answers(
           "SegmentIsTruncated where it is",
           [](const read_segment& q) {
             return wire::segment_is_truncated{q.request_id, q.segment, q.offset, {}, q.offset};
           }),
       "protocol_violation", "protocol_violation"},
      {answers("SegmentIsTruncated before the start",
               [](const read_segment& q) {
                 return wire::segment_is_truncated{q.request_id, q.segment, -10, {}, q.offset};
               }),
       "protocol_violation", "protocol_violation"},
      {answers("NoSuchSegment",
               [](const read_segment& q) {
                 return wire::no_such_segment{q.request_id, q.segment, {}, q.offset};
               }),
       "all", "deadline_exceeded"},
      {answers("WrongHost",
               [](const read_segment& q) {
                 return wire::wrong_host{q.request_id, q.segment, {}, {}};
               }),
       "all", "retries_exhausted"},
      {answers("an error with control characters",
               [](const read_segment& q) {
                 return wire::error_message{q.request_id, q.segment, "boom\x1b[31m",
                                            wire::message_error::illegal_argument};
               }),
       "all", "retries_exhausted"},
      {answers("SegmentIsSealed of another",
               [](const read_segment& q) {
                 return wire::segment_is_sealed{q.request_id, elsewhere, {}, q.offset};
               }),
       "protocol_violation", "protocol_violation"},
  });
}
