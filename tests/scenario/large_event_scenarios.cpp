// Large events: in order, once, whatever happens at any frame.
#include "scenario/large_event_world.hpp"

#include <algorithm>

#include "pravega_actor/limits.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;
namespace wire = pravega_actor::internal::wire;

namespace {

/// Frames of `write_mixed` without faults.
std::size_t frames_of_a_whole_run() {
  large_event_world w;
  w.begin();
  w.write_mixed();
  w.check_all();
  w.world.run_for(seconds{1});
  const auto count = w.frames.size();
  w.end();
  return count;
}

/// Splits the only segment, or merges what there is into one.
void scale(large_event_world& w) {
  const auto now = w.world.current_segments(w.stream);
  if (now.size() == 1) {
    CHECK(w.world.split(w.stream, now.front().id));
    return;
  }
  std::vector<segment_id> all;
  for (const auto& each : now)
    all.push_back(each.id);
  CHECK(w.world.merge(w.stream, all));
}

}  // namespace

TEST_CASE("large events: keep their order with the writer's others") {
  large_event_world w;
  w.begin();
  w.write_mixed();
  w.write_mixed();
  w.check_all();
  CHECK(w.sent(wire::merge_segments::code) == 6);
  CHECK(w.sent(wire::create_transient_segment::code) == 6);
  // What is small travels as ever.
  CHECK(w.sent(wire::append_block_end::code) == 5);
  collecting_reader reader{w};
  REQUIRE(w.world.run_until([&] { return reader.events().size() == 14; }, seconds{10}));
  CHECK(reader.events() == w.written);
  reader.close();
  w.end();
}

TEST_CASE("large events: of several segments do not wait for each other") {
  large_event_world w{{}, 3};
  w.begin();
  for (int i = 0; i < 30; ++i)
    w.write(i % 3 == 0 ? 200 : 10, "k" + std::to_string(i % 7));
  REQUIRE(w.until_told());
  CHECK(w.outcomes.told == all_ok(30));
  check_exactly_once(w.written, w.stored());
  w.end();
}

TEST_CASE("large events: a cut at each frame, before it arrives or after it was carried out") {
  const auto whole = frames_of_a_whole_run();
  REQUIRE(whole > 20);
  for (std::size_t number = 1; number <= whole; ++number)
    for (const bool arrives : {false, true}) {
      CAPTURE(number, arrives);
      large_event_world w;
      w.begin();
      w.lose_frame(number, arrives);
      w.write_mixed();
      w.check_all();
      w.end();
    }
}

TEST_CASE("large events: two cuts, one after the other, at each pair of frames") {
  const auto whole = frames_of_a_whole_run();
  for (std::size_t number = 1; number <= whole; number += 3)
    for (std::size_t next = 1; next <= 12; ++next) {
      CAPTURE(number, next);
      large_event_world w;
      w.begin();
      w.lose_frame(number, true);
      w.lose_frame(number + next, next % 2 == 0);
      w.write_mixed();
      w.check_all();
      w.end();
    }
}

TEST_CASE("large events: the lost answer to a merge does not merge again") {
  large_event_world w;
  w.begin();
  w.write(100);
  // SetupAppend, CreateTransientSegment, SetupAppend, four parts, MergeSegments.
  w.lose_frame(8, true);
  w.check_all();
  REQUIRE(w.frames[7] == wire::merge_segments::code);
  CHECK(w.sent(wire::merge_segments::code) == 1);
  CHECK(w.sent(wire::create_transient_segment::code) == 1);
  w.end();
}

TEST_CASE("large events: a merge that is lost begins again with a new transient segment") {
  large_event_world w;
  w.begin();
  w.write(100);
  w.lose_frame(8, false);
  w.check_all();
  REQUIRE(w.frames[7] == wire::merge_segments::code);
  CHECK(w.sent(wire::merge_segments::code) == 2);
  CHECK(w.sent(wire::create_transient_segment::code) == 2);
  w.end();
}

TEST_CASE("large events: a scale at each frame") {
  const auto whole = frames_of_a_whole_run();
  for (std::size_t number = 1; number <= whole; ++number)
    for (const bool cut : {false, true}) {
      CAPTURE(number, cut);
      large_event_world w;
      w.begin();
      if (cut) w.lose_frame(number + 2, number % 2 == 0);
      w.at_frame[number] = [&w] {
        scale(w);
        return true;
      };
      w.write_mixed();
      w.check_all();
      w.end();
    }
}

TEST_CASE("large events: a scale after the merge whose answer is lost") {
  large_event_world w;
  w.begin();
  w.write(100);
  w.at_frame[8] = [&w] {
    w.network->mute(lost::answers);
    w.world.after(milliseconds{10}, [&w] { scale(w); });
    w.world.after(milliseconds{20}, [&w] { w.world.cut_connections(); });
    return true;
  };
  w.write(5);
  w.check_all();
  CHECK(w.sent(wire::merge_segments::code) == 1);
  w.end();
}

TEST_CASE("large events: an actor that dies at each action, with a cut at a step") {
  // At a part, at the merge, and after it.
  const auto cut_at = GENERATE(5u, 8u, 9u, 100u);
  std::uint64_t actions = 1;
  for (std::uint64_t moment = 0; moment <= actions; ++moment) {
    CAPTURE(cut_at, moment);
    fault_plan plan;
    plan.kill_at = moment;
    large_event_world w{plan};
    w.begin();
    w.lose_frame(cut_at, true);
    w.write(100);
    w.write(5);
    w.write(100);
    w.check_all();
    w.end();
    if (moment == 0) actions = w.world.counters().actions;
  }
  CHECK(actions > 5);
}

TEST_CASE("large events: the stream is sealed at each frame") {
  const auto whole = frames_of_a_whole_run();
  for (std::size_t number = 2; number <= whole; ++number) {
    CAPTURE(number);
    large_event_world w;
    w.begin();
    w.at_frame[number] = [&w] {
      CHECK(w.world.control(controller::seal_stream{w.stream}));
      return true;
    };
    w.write_mixed();
    REQUIRE(w.until_told());
    // The first ones are stored and known to be; all others are not, and known not to be.
    const auto stored = w.stored();
    REQUIRE(stored.size() <= w.written.size());
    CHECK(std::equal(stored.begin(), stored.end(), w.written.begin()));
    for (std::size_t i = 0; i < w.written.size(); ++i)
      CHECK(w.outcomes.told[i] ==
            std::to_string(i + 1) + (i < stored.size() ? " ok" : " not_written"));
    w.end();
  }
}

TEST_CASE("large events: a writer without the option names it, and sends nothing") {
  client_world w;
  outcome_list outcomes;
  auto writer = w.open();
  const std::string large(limits::event_payload_bytes_max + 1, 'L');
  const auto refused = writer.try_write("key", as_bytes(large), outcomes.sink());
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::event_too_large);
  CHECK(refused.error().detail().find("writer_options::large_events") != std::string::npos);
  CHECK(w.stored().empty());
  writer = {};
  w.finish();
}

TEST_CASE("large events: one that is larger than the writer's limit passes an empty writer") {
  large_event_world w;
  auto options = small_large_events();
  options.outstanding_bytes_max = 1000;
  w.begin(options);
  w.write(10);
  const std::string large(5000, 'L');
  CHECK(w.writer.try_write("key", as_bytes(large)).error() == errc::would_block);
  bool written = false;
  w.writer.when_writable(large.size(), [&] {
    written = w.writer.try_write("key", as_bytes(large), w.outcomes.sink()).has_value();
    CHECK(w.writer.status().outstanding_bytes == 5024);
  });
  w.written.push_back(large);
  REQUIRE(w.until_told());
  CHECK(written);
  w.check_stored();
  CHECK(w.writer.status().outstanding_bytes == 0);
  w.end();
}

TEST_CASE("large events: several in a row are stored while others are merged") {
  large_event_world w;
  w.begin();
  for (int i = 0; i < 6; ++i)
    w.write(100);
  w.write(5);
  w.check_all();
  CHECK(w.sent(wire::merge_segments::code) == 6);
  // One for each, one for the connection, and one behind the last merge: none in between.
  CHECK(w.sent(wire::setup_append::code) == 8);
  // The second was created before the first was merged.
  const auto second = std::find(
      std::find(w.frames.begin(), w.frames.end(), wire::create_transient_segment::code) + 1,
      w.frames.end(), wire::create_transient_segment::code);
  CHECK(second < std::find(w.frames.begin(), w.frames.end(), wire::merge_segments::code));
  w.end();
}

TEST_CASE("large events: several in a row, and a cut at each frame") {
  std::size_t whole = 1;
  for (std::size_t number = 0; number <= whole; ++number)
    for (const bool arrives : {false, true}) {
      CAPTURE(number, arrives);
      large_event_world w;
      w.begin();
      if (number > 0) w.lose_frame(number, arrives);
      for (int i = 0; i < 5; ++i)
        w.write(100 + 40 * static_cast<std::size_t>(i));
      w.write(5);
      w.check_all();
      w.world.run_for(seconds{1});
      if (number == 0) whole = w.frames.size();
      w.end();
    }
  CHECK(whole > 40);
}

TEST_CASE("large events: shared bytes are held, and not copied") {
  large_event_world w;
  w.begin();
  const std::string text(100, 'L');
  const auto payload = shared_bytes::copy_of(as_bytes(text));
  REQUIRE(w.writer.try_write("key", payload, w.outcomes.sink()));
  REQUIRE(w.writer.try_write(std::nullopt, payload, w.outcomes.sink()));
  CHECK(payload.owner.use_count() == 3);
  w.written = {text, text};
  w.check_all();
  // The state of the writer is renewed.
  w.world.run_for(seconds{1});
  CHECK(payload.owner.use_count() == 1);
  w.end();
}

TEST_CASE("large events: of the sizes around parts and thresholds") {
  large_event_world w;
  w.begin();
  for (const std::size_t bytes : {64, 65, 87, 88, 89, 95, 96, 97, 119, 120, 121, 1000, 100000})
    w.write(bytes);
  w.check_all();
  CHECK(w.sent(wire::merge_segments::code) == 12);
  w.end();
}

TEST_CASE("large events: 64 MiB in parts of 1 MiB, read whole") {
  large_event_world w;
  writer_options options;
  options.large_events = large_event_options{};
  w.begin(options);
  w.write(5);
  // It is larger than the writer's limit.
  REQUIRE(w.until_told());
  w.write(limits::large_event_payload_bytes_max);
  REQUIRE(w.until_told());
  w.write(5);
  w.check_all();
  CHECK(w.sent(wire::conditional_block_end::code) == 65);
  collecting_reader reader{w};
  REQUIRE(w.world.run_until([&] { return reader.events().size() == 3; }, seconds{60}));
  CHECK(reader.events() == w.written);
  reader.close();
  w.end();
}

TEST_CASE("large events: a reader whose option is too small says so") {
  large_event_world w;
  w.begin();
  w.write(5);
  w.write(1000);
  w.check_all();
  auto options = w.user->default_reader_options();
  options.event_payload_bytes_max = 999;
  collecting_reader reader{w, w.stream, options};
  REQUIRE(w.world.run_until([&] { return reader.over().has_value(); }, seconds{30}));
  CHECK(*reader.over() == errc::limit_exceeded);
  CHECK(reader.over()->detail().find("event_payload_bytes_max is 999") != std::string::npos);
  CHECK(reader.events().size() == 1);
  reader.close();
  w.end();
}
