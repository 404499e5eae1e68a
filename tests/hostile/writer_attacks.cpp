// A hostile segment store against a writer.
#include "hostile/hostile_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::hostile;

namespace {

constexpr auto longest = std::numeric_limits<std::int64_t>::max();
constexpr auto unset = std::numeric_limits<std::int64_t>::min();
const uuid stranger{77, 88};
const std::string elsewhere = "scope/other/0.#epoch.0";

using wire::append_block_end;
using wire::append_setup;
using wire::data_appended;
using wire::hello;
using wire::setup_append;

template <class Greeting>
attack greets_with(std::string name, Greeting greeting) {
  return altered<hello>(std::move(name), [greeting](line&, hello& reply) { reply = greeting; });
}

attack answers_raw(std::string name, frame_bytes bytes) {
  return instead_of<append_block_end>(
      std::move(name), [bytes](line& on, const append_block_end&) { on.answer(bytes); });
}

template <class Change>
attack acknowledges(std::string name, Change change) {
  return altered<data_appended>(std::move(name),
                                [change](line&, data_appended& ack) { change(ack); });
}

template <class Change>
attack sets_up(std::string name, Change change) {
  return altered<append_setup>(std::move(name),
                               [change](line&, append_setup& reply) { change(reply); });
}

template <class Reply>
attack refuses(std::string name, Reply reply) {
  return instead_of<append_block_end>(
      std::move(name),
      [reply](line& on, const append_block_end& block) { on.reply(reply(block)); });
}

template <class Reply>
attack at_setup(std::string name, Reply reply) {
  return instead_of<setup_append>(
      std::move(name),
      [reply](line& on, const setup_append& request) { on.reply(reply(request)); });
}

data_appended ack_of(const append_block_end& block) {
  return {block.writer_id, block.last_event_number, unset, block.request_id, 100};
}

/// Expected of an attack: what becomes of the events when it strikes once, and when it goes on
/// for ever; each within its time.
struct row {
  attack what;
  std::string once;
  std::string for_ever;
  int within_s = 30;
  int once_s = 10;
};

// What the writer takes for durable must be stored, in order and once, and nothing that it
// calls not written.
void check_stored(const verdict& seen) {
  const auto count = static_cast<int>(seen.stored.size());
  CHECK(count <= events_per_run);
  CHECK(seen.stored == events(1, count));
  const auto durable = seen.outcomes.find(" ok") == std::string::npos
                           ? 0
                           : std::stoi(seen.outcomes.substr(0, seen.outcomes.find(' ')));
  CHECK(count >= durable);
  if (seen.outcomes == "20 not_written") CHECK(count == 0);
}

void check(const std::vector<row>& rows) {
  for (const auto& each : rows) {
    INFO(each.what.name);
    for (const auto strikes : {std::size_t{1}, for_ever}) {
      hostile_world world;
      const auto seen = world.write(each.what, strikes);
      const bool once = strikes == 1;
      INFO((once ? "once: " : "for ever: ") << seen.why.substr(0, 200));
      CHECK(seen.outcomes == (once ? each.once : each.for_ever));
      CHECK(seen.took <= seconds{once ? each.once_s : each.within_s});
      CHECK(seen.connections < 200);
      check_stored(seen);
    }
  }
}

const std::string all = "20 ok";
/// Given up after the recovery time: nothing was sent, or the first ten events were.
const std::string none = "20 not_written";
const std::string lost = "10 outcome_unknown, 10 not_written";
/// The writer ends at once, and the second half is refused.
const std::string refused = "10 not_written, 10 refused";
const std::string broken = "10 outcome_unknown, 10 refused";
const std::string half = "10 ok, 10 refused";
/// A store that lives and owes an acknowledgement is waited for.
const std::string waits = "20 wait";

}  // namespace

TEST_CASE("hostile store, writer: connecting and greeting") {
  check({
      {{"says nothing", [](line& on) { on.mute(); }}, all, none},
      {{"closes at once", [](line& on) { on.hang_up(); }}, all, none},
      {instead_of<hello>("closes at Hello", [](line& on, const hello&) { on.hang_up(); }), all,
       none},
      {instead_of<hello>("trickles Hello",
                         [](line& on, const hello&) {
                           on.trickle(*wire::encode(hello{16, 5}), seconds{3});
                         }),
       all, none},
      {greets_with("version 0", hello{0, 0}), all, none},
      {greets_with("versions that do not exist yet", hello{1000, 999}), all, none},
      {greets_with("versions upside down", hello{5, 16}), all, none},
      {behind<hello>("greets a thousand times",
                     [](line& on, const hello& reply) { on.flood(reply, 1000); }),
       all, none},
      {{"another protocol",
        [](line& on) {
          const auto text = as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n");
          on.answer({text.begin(), text.end()});
        }},
       all,
       none},
  });
}

TEST_CASE("hostile store, writer: frames that lie about themselves") {
  check({
      {answers_raw("a negative length", raw_frame(data_appended::code, -1)), all, lost},
      {answers_raw("the least length",
                   raw_frame(data_appended::code, std::numeric_limits<std::int32_t>::min())),
       all, lost},
      {answers_raw(
           "the greatest length",
           raw_frame(data_appended::code, std::numeric_limits<std::int32_t>::max(), 64)),
       all, lost},
      {answers_raw("one byte above the limit", raw_frame(data_appended::code, 16777216, 64)),
       all, lost},
      {answers_raw("a type that does not exist", raw_frame(12345, 8, 8)), all, lost},
      {answers_raw("a payload that ends too soon", raw_frame(data_appended::code, 20, 20)), all,
       lost},
      {instead_of<append_block_end>("half an acknowledgement, then the end",
                                    [](line& on, const append_block_end& block) {
                                      auto half = *wire::encode(ack_of(block));
                                      half.resize(20);
                                      on.answer(half);
                                      on.hang_up();
                                    }),
       all, lost},
      {answers_raw("a command for servers", *wire::encode(setup_append{1, stranger, "a", {}})),
       broken, broken},
      {answers_raw("data that was never asked for",
                   *wire::encode(wire::segment_read{elsewhere, 0, false, false, {}, 1})),
       broken, broken},
      {answers_raw("a frame that never comes", raw_frame(data_appended::code, 16000000, 100)),
       all, lost, 40, 20},
      {instead_of<append_block_end>("an acknowledgement in pieces of a byte every 3 s",
                                    [](line& on, const append_block_end& block) {
                                      on.trickle(*wire::encode(ack_of(block)), seconds{3});
                                    }),
       all, lost, 40, 20},
  });
}

TEST_CASE("hostile store, writer: set-ups that lie") {
  check({
      {instead_of<setup_append>("no answer", [](line&, const setup_append&) {}), all, none},
      {instead_of<setup_append>("closes", [](line& on, const setup_append&) { on.hang_up(); }),
       all, none},
      {sets_up("the greatest number", [](append_setup& r) { r.last_event_number = longest; }),
       refused, refused},
      {sets_up("a number of the future", [](append_setup& r) { r.last_event_number = 5; }),
       refused, refused},
      {sets_up("a negative number", [](append_setup& r) { r.last_event_number = -5; }), refused,
       refused},
      {behind<append_setup>("twice", [](line& on, const append_setup& r) { on.reply(r); }),
       broken, broken},
      {behind<append_setup>("ten thousand times",
                            [](line& on, const append_setup& r) { on.flood(r, 10000); }),
       broken, broken},
      {behind<append_setup>("again, with a number of the future",
                            [](line& on, append_setup r) {
                              r.last_event_number = 1000000;
                              on.reply(r);
                            }),
       broken, broken},
      {behind<append_setup>("an acknowledgement before any append",
                            [](line& on, const append_setup& r) {
                              on.reply(data_appended{r.writer_id, 1, unset, r.request_id, 1});
                            }),
       broken, broken},
      {sets_up("another writer", [](append_setup& r) { r.writer_id = stranger; }), refused,
       refused},
      {sets_up("another segment", [](append_setup& r) { r.segment = elsewhere; }), refused,
       refused},
      {sets_up("another request", [](append_setup& r) { r.request_id += 77; }), refused,
       refused},
  });
}

TEST_CASE("hostile store, writer: set-ups that are refused") {
  check({
      {at_setup("WrongHost",
                [](const setup_append& r) {
                  return wire::wrong_host{r.request_id, r.segment, "elsewhere:1", {}};
                }),
       all, none},
      {at_setup("NoSuchSegment",
                [](const setup_append& r) {
                  return wire::no_such_segment{r.request_id, r.segment, {}, -1};
                }),
       none, none, 30, 26},
      {at_setup("a refused token",
                [](const setup_append& r) {
                  return wire::auth_token_check_failed{
                      r.request_id, {}, wire::token_error::token_check_failed};
                }),
       refused, refused},
      {at_setup("an error with control characters",
                [](const setup_append& r) {
                  return wire::error_message{r.request_id, r.segment,
                                             "\x1b]0;owned\x07\nfake: all durable",
                                             wire::message_error::illegal_argument};
                }),
       all, none},
  });
}

TEST_CASE("hostile store, writer: acknowledgements that lie") {
  check({
      {acknowledges("what was not sent", [](data_appended& a) { a.event_number += 1000; }),
       broken, broken},
      {acknowledges("the greatest number", [](data_appended& a) { a.event_number = longest; }),
       broken, broken},
      {acknowledges("nothing", [](data_appended& a) { a.event_number = 0; }), broken, broken},
      {acknowledges("a negative number", [](data_appended& a) { a.event_number = -3; }), broken,
       broken},
      {acknowledges("no number", [](data_appended& a) { a.event_number = unset; }), broken,
       broken},
      {acknowledges("the middle of a block", [](data_appended& a) { --a.event_number; }),
       broken, broken},
      {acknowledges("another writer", [](data_appended& a) { a.writer_id = stranger; }), broken,
       broken},
      {behind<data_appended>("twice", [](line& on, const data_appended& a) { on.reply(a); }),
       half, half},
      {behind<data_appended>("backwards",
                             [](line& on, data_appended a) {
                               a.event_number = 0;
                               on.reply(a);
                             }),
       half, half},
      {altered<data_appended>("a stranger's in front",
                              [](line& on, const data_appended&) {
                                on.reply(data_appended{stranger, 1000000, 0, 1, 1});
                              }),
       broken, broken},
      {acknowledges("a previous number of the future",
                    [](data_appended& a) { a.previous_event_number = a.event_number + 5; }),
       broken, broken},
      {acknowledges("another request", [](data_appended& a) { a.request_id += 12345; }), broken,
       broken},
  });
}

TEST_CASE("hostile store, writer: silence and floods") {
  check({
      {instead_of<append_block_end>("silence", [](line&, const append_block_end&) {}), waits,
       waits, 300, 300},
      {{"silence without signs of life", nullptr,
        [](line& on, const wire::frame& frame) {
          if (frame.type == append_block_end::code) on.mute();
          return frame.type == append_block_end::code;
        }},
       all,
       lost,
       36},
      {instead_of<append_block_end>(
           "alive, acknowledges nothing, and closes after 7 s",
           [](line& on, const append_block_end&) { on.hang_up_after(seconds{7}); }),
       all, lost, 40},
      {instead_of<setup_append>("mute at the set-up",
                                [](line& on, const setup_append&) { on.mute(); }),
       all, none, 36},
      {altered<data_appended>(
           "a flood of KeepAlive",
           [](line& on, const data_appended&) { on.flood(wire::keep_alive{}, 400); }),
       all, all},
  });
}

TEST_CASE("hostile store, writer: refusals that lie") {
  const std::string mine = "scope/hostile/0.#epoch.0";
  check({
      {refuses("SegmentIsSealed of a segment that is not",
               [=](const append_block_end& b) {
                 return wire::segment_is_sealed{b.request_id, mine, {}, b.last_event_number};
               }),
       lost, lost, 30, 26},
      {refuses("WrongHost",
               [=](const append_block_end& b) {
                 return wire::wrong_host{b.request_id, mine, {}, {}};
               }),
       all, lost},
      {refuses("NoSuchSegment",
               [=](const append_block_end& b) {
                 return wire::no_such_segment{b.request_id, mine, {}, -1};
               }),
       none, none, 30, 26},
      {refuses("InvalidEventNumber",
               [](const append_block_end& b) {
                 return wire::invalid_event_number{b.writer_id, b.request_id, "at Java", 3};
               }),
       all, lost},
      {refuses("an expired token",
               [](const append_block_end& b) {
                 return wire::auth_token_check_failed{
                     b.request_id, {}, wire::token_error::token_expired};
               }),
       all, lost},
      {refuses("an error of 60,000 bytes",
               [=](const append_block_end& b) {
                 return wire::error_message{b.request_id, mine, std::string(60000, 'A'),
                                            wire::message_error::unspecified};
               }),
       all, lost},
      {refuses("SegmentIsSealed of another",
               [](const append_block_end& b) {
                 return wire::segment_is_sealed{b.request_id, elsewhere, {}, 0};
               }),
       broken, broken},
      {refuses("ConditionalCheckFailed",
               [](const append_block_end& b) {
                 return wire::conditional_check_failed{b.writer_id, b.last_event_number,
                                                       b.request_id};
               }),
       broken, broken},
  });
}
