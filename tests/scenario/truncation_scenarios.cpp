// Streams that are truncated before and under their readers.
#include "scenario/truncation_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

const segment_id zero{0, 0};
/// After a split of the only segment.
const segment_id left{1, 1}, right{2, 1};

void split(truncation_world& t) {
  t.scale({zero}, {{0.0, 0.5}, {0.5, 1.0}});
}

}  // namespace

TEST_CASE("truncation: in the middle of a segment, before a reader comes") {
  truncation_world t;
  t.write_to(zero, 10);
  t.truncate({{zero, 3 * event_bytes}});
  probe reader{t.w, t.from(read_from_head{})};
  reader.read_rest();
  CHECK(reader.log() == texts{"0: 7 events"});
  CHECK(reader.position() == t.cut({{zero, 10 * event_bytes}}));
  t.check(reader, {{zero, 3 * event_bytes}});
}

TEST_CASE("truncation: a reader that begins at a cut before the head") {
  truncation_world t;
  t.write_to(zero, 10);
  t.truncate({{zero, 3 * event_bytes}});
  const auto start = t.cut({{zero, event_bytes}});
  SECTION("gets the gap, then what is left") {
    probe reader{t.w, t.from(start)};
    reader.read_rest();
    CHECK(reader.log() == texts{"0: gap 17 to 51", "0: 7 events"});
    t.check(reader, start.offsets);
  }
  SECTION("or fails") {
    probe reader{t.w, t.from(start, truncation_policy::fail)};
    reader.read_rest();
    CHECK(reader.log().empty());
    CHECK(reader.outcome() == "segment_truncated");
    CHECK(reader.over()->subject() == "scope/stream/0.#epoch.0");
    CHECK(reader.position() == start);
  }
}

TEST_CASE("truncation: ahead of a reader that is in the segment") {
  truncation_world t;
  t.write_to(zero, 100);
  const bool fail = GENERATE(false, true);
  probe reader{t.w, t.from(read_from_head{}, fail ? truncation_policy::fail
                                                  : truncation_policy::report_and_go_on)};
  reader.read_events(10);
  t.truncate({{zero, 90 * event_bytes}});
  reader.read_rest();
  const auto log = reader.log();
  const auto first = reader.read().size() - (fail ? 0 : 10);
  REQUIRE_FALSE(log.empty());
  CHECK(log.front() == "0: " + std::to_string(first) + " events");
  CHECK(first < 30);
  if (fail) {
    CHECK(log.size() == 1);
    CHECK(reader.outcome() == "segment_truncated");
    CHECK(reader.position() == t.cut({{zero, static_cast<std::int64_t>(first) * event_bytes}}));
    return;
  }
  REQUIRE(log.size() == 3);
  CHECK(log[1] == "0: gap " + std::to_string(static_cast<std::int64_t>(first) * event_bytes) +
                      " to " + std::to_string(90 * event_bytes));
  CHECK(log[2] == "0: 10 events");
  t.check(reader, {});
}

TEST_CASE("truncation: behind a reader, and at the tail where it is parked") {
  truncation_world t;
  t.write_to(zero, 10);
  probe reader{t.w, t.from(read_from_head{}, truncation_policy::fail)};
  reader.read_rest();
  t.truncate({{zero, 4 * event_bytes}});
  t.truncate({{zero, 10 * event_bytes}});
  reader.read_rest();
  t.write_to(zero, 5);
  reader.read_rest();
  CHECK(reader.log() == texts{"0: 15 events"});
  t.check(reader, {});
}

TEST_CASE("truncation: of a whole stream at its tail, under a reader that lags") {
  truncation_world t;
  t.write_to(zero, 100);
  probe reader{t.w, t.from(read_from_head{})};
  reader.read_events(10);
  t.truncate({{zero, 100 * event_bytes}});
  t.write_to(zero, 3);
  reader.read_rest();
  CHECK(reader.log().back() == "0: 3 events");
  CHECK(reader.gaps().size() == 1);
  t.check(reader, {});
}

TEST_CASE("truncation: of a sealed stream is refused, before the seal it holds") {
  truncation_world t;
  t.write_to(zero, 10);
  t.truncate({{zero, 3 * event_bytes}});
  t.seal();
  const auto refused =
      t.w.world.control(controller::truncate_stream{t.cut({{zero, 5 * event_bytes}})});
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::stream_sealed);
  SECTION("from the head") {
    probe reader{t.w, t.from(read_from_head{})};
    reader.read_rest();
    CHECK(reader.log() == texts{"0: 7 events", "0: end"});
    CHECK(reader.outcome() == "end_of_segment");
    t.check(reader, {{zero, 3 * event_bytes}});
  }
  SECTION("from before the head") {
    probe reader{t.w, t.from(t.cut({{zero, 0}}))};
    reader.read_rest();
    CHECK(reader.log() == texts{"0: gap 0 to 51", "0: 7 events", "0: end"});
    t.check(reader, {});
  }
}

TEST_CASE("truncation: to the end of a sealed stream leaves nothing but its end") {
  truncation_world t;
  t.write_to(zero, 10);
  t.truncate({{zero, 10 * event_bytes}});
  t.seal();
  probe reader{t.w, t.from(t.cut({{zero, 2 * event_bytes}}))};
  reader.read_rest();
  CHECK(reader.log() == texts{"0: gap 34 to 170", "0: end"});
  CHECK(reader.outcome() == "end_of_segment");
  t.check(reader, {{zero, 2 * event_bytes}});
}

TEST_CASE("truncation: a truncated stream is deleted under its reader, and created again") {
  truncation_world t;
  t.write_to(zero, 100);
  probe reader{t.w, t.from(read_from_head{})};
  reader.read_events(10);
  const auto position = reader.position();
  t.truncate({{zero, 50 * event_bytes}});
  t.seal();
  REQUIRE(t.w.world.control(controller::delete_stream{t.w.stream}));
  reader.read_rest();
  CHECK(reader.outcome() == "stream_not_found");
  for (const auto& gap : reader.gaps())
    CHECK((gap.to == 50 * event_bytes || gap.to == -1));
  probe missing{t.w, t.from(read_from_head{})};
  CHECK(missing.outcome() == "stream_not_found");
  // The new stream's segments have new numbers: none is taken for an old one.
  t.w.world.create_stream(t.w.stream, 1);
  t.writer = t.w.open();
  t.held.clear();
  t.write_to(t.current().front().id, 3);
  probe fresh{t.w, t.from(read_from_head{})};
  fresh.read_rest();
  CHECK(fresh.log() == texts{"1: 3 events"});
  t.check(fresh, {});
}

TEST_CASE("truncation: behind the reader's own end") {
  truncation_world t;
  t.write_to(zero, 10);
  auto options = t.from(t.cut({{zero, event_bytes}}));
  options.end = t.cut({{zero, 4 * event_bytes}});
  SECTION("in the segment") {
    t.truncate({{zero, 8 * event_bytes}});
  }
  SECTION("over a scale: it does not go on to the successors") {
    split(t);
    t.write_to(left, 2);
    t.truncate({{left, 0}, {right, 0}});
  }
  probe reader{t.w, options};
  reader.read_rest();
  CHECK(reader.log() == texts{"0: gap 17 to 68", "0: own end"});
  CHECK(reader.outcome() == "end_of_segment");
  CHECK(reader.position() == t.cut({{zero, 4 * event_bytes}}));
}

TEST_CASE("truncation: cuts that the stream cannot be truncated at change nothing") {
  truncation_world t;
  t.write_to(zero, 10);
  t.truncate({{zero, 3 * event_bytes}});
  split(t);
  t.write_to(left, 2);
  const auto refused = [&](const std::map<segment_id, std::int64_t>& at) {
    const auto got = t.w.world.control(controller::truncate_stream{t.cut(at)});
    return !got && got.error() == errc::precondition_failed;
  };
  CHECK(refused({{zero, event_bytes}}));
  CHECK(refused({{left, 0}}));
  CHECK(refused({{left, 3 * event_bytes}, {right, 0}}));
  CHECK(refused({{zero, 5 * event_bytes}, {left, 0}, {right, 0}}));
  probe reader{t.w, t.from(read_from_head{})};
  reader.read_rest();
  CHECK(reader.log() == texts{"0: 7 events", "0: end", "1: 2 events"});
  t.check(reader, {{zero, 3 * event_bytes}});
}

namespace {

/// Everything that a subscriber was sent, as text.
reader_subscriber::behavior_type log_keeper(reader_subscriber::pointer,
                                            std::shared_ptr<texts> log) {
  return {[log](const slice_delivered& what) {
            for (std::size_t i = 0; i < what.slice.event_count(); ++i)
              log->push_back("event");
          },
          [log](const segment_ended&) { log->push_back("end"); },
          [log](const gap_delivered& what) {
            log->push_back("gap " + std::to_string(what.gap.from) + " to " +
                           std::to_string(what.gap.to));
          },
          [log](const reader_ended& what) {
            const auto& outcome = what.outcome;
            log->push_back(outcome ? "ended" : std::string{to_string(outcome.error().code())});
          }};
}

struct subscriber {
  truncation_world& t;
  std::shared_ptr<texts> log = std::make_shared<texts>();
  stream_reader_handle reader;
  reader_subscriber keeper;

  subscriber(truncation_world& of, const reader_options& options) : t{of} {
    create_reader_actor(*t.w.user, t.w.stream, options,
                        [this](result<stream_reader_handle> got) {
                          REQUIRE(got);
                          reader = *got;
                        });
    REQUIRE(t.w.world.run_until([&] { return static_cast<bool>(reader); }, seconds{60}));
    keeper = t.w.world.system().spawn(log_keeper, log);
    caf::anon_send(reader, subscribe_reader{keeper, 1000});
  }
  ~subscriber() {
    caf::anon_send_exit(keeper, caf::exit_reason::user_shutdown);
    (void)scenario::ask<reader_closed>(t.w.world, reader, close_reader{});
  }
  bool has(std::size_t count) const {
    return t.w.world.run_until([&] { return log->size() >= count; }, seconds{60});
  }
};

}  // namespace

TEST_CASE("truncation: a subscriber is told of gaps between the slices") {
  truncation_world t;
  t.write_to(zero, 4);
  t.truncate({{zero, 2 * event_bytes}});
  subscriber reader{t, t.from(t.cut({{zero, 0}}))};
  REQUIRE(reader.has(3));
  CHECK(*reader.log == texts{"gap 0 to 34", "event", "event"});
  t.w.network->refuses = true;
  t.w.world.cut_connections();
  // Until reader and writer know.
  t.w.world.run_for(milliseconds{20});
  split(t);
  t.truncate({{left, 0}, {right, 0}});
  t.w.network->refuses = false;
  t.write_to(right, 2);
  REQUIRE(reader.has(7));
  t.w.world.run_for(seconds{10});
  CHECK(*reader.log ==
        texts{"gap 0 to 34", "event", "event", "gap 68 to -1", "end", "event", "event"});
}

TEST_CASE("truncation: a subscriber of a reader that does not go on over gaps") {
  truncation_world t;
  t.write_to(zero, 4);
  t.truncate({{zero, 2 * event_bytes}});
  subscriber reader{t, t.from(t.cut({{zero, 0}}), truncation_policy::fail)};
  REQUIRE(reader.has(1));
  t.w.world.run_for(seconds{10});
  CHECK(*reader.log == texts{"segment_truncated"});
}
