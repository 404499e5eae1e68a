// Large events of a writer with a name: once and in order, whatever happens at any frame, and
// whoever takes over.
#include "scenario/large_event_world.hpp"

#include <algorithm>

using namespace pravega_actor;
using namespace pravega_actor::scenario;
namespace wire = pravega_actor::internal::wire;

namespace {

constexpr event_number last_number = 7;
constexpr std::size_t all_of_them = 7;

struct named_large_world : large_event_world {
  static writer_options named() {
    auto options = small_large_events();
    options.name = "name";
    return options;
  }
  /// What number `number` is in every process.
  static std::string text_of(event_number number) {
    const bool large = number % 3 != 1;
    return "key-" + std::to_string(number) +
           (large ? "-" + std::string(80 + 10 * static_cast<std::size_t>(number), 'x') : "");
  }
  /// As many as it takes: it may be fenced already.
  static std::size_t write_from(event_writer& to, event_number first, outcome_list& outcomes) {
    auto number = first;
    while (number <= last_number &&
           to.try_write_numbered(number, "key", as_bytes(text_of(number)), outcomes.sink()))
      ++number;
    return static_cast<std::size_t>(number - first);
  }
  std::size_t write_all() {
    for (event_number number = 1; number <= last_number; ++number)
      written.push_back(text_of(number));
    return write_from(writer, 1, outcomes);
  }
};

std::size_t frames_of_named_run() {
  named_large_world w;
  w.begin(named_large_world::named());
  (void)w.write_all();
  w.check_all();
  w.world.run_for(seconds{1});
  const auto count = w.frames.size();
  w.end();
  return count;
}

}  // namespace

TEST_CASE("named large events: a cut at each frame, before it arrives or after") {
  const auto whole = frames_of_named_run();
  REQUIRE(whole > 20);
  for (std::size_t number = 1; number <= whole; ++number)
    for (const bool arrives : {false, true}) {
      CAPTURE(number, arrives);
      named_large_world w;
      w.lose_frame(number, arrives);
      w.begin(named_large_world::named());
      CHECK(w.write_all() == all_of_them);
      w.check_all();
      w.end();
    }
}

TEST_CASE("named large events: another process takes over at each frame") {
  const auto whole = frames_of_named_run();
  std::size_t fenced = 0;
  for (std::size_t number = 4; number <= whole; ++number) {
    CAPTURE(number);
    named_large_world w;
    w.begin(named_large_world::named());
    std::optional<result<event_writer>> next;
    w.at_frame[number] = [&] {
      w.world.after(microseconds{1}, [&] {
        w.user->create_writer_async(w.stream, named_large_world::named(),
                                    [&](result<event_writer> got) { next = std::move(got); });
      });
      return true;
    };
    const auto taken = w.write_all();
    REQUIRE(w.world.run_until([&] { return next.has_value(); }, seconds{100}));
    REQUIRE(*next);
    const auto held = (*next)->stored().of("key");
    outcome_list outcomes;
    const auto wanted = static_cast<std::size_t>(last_number - held);
    REQUIRE(named_large_world::write_from(**next, held + 1, outcomes) == wanted);
    REQUIRE(w.world.run_until([&] { return outcomes.told.size() == wanted; }, seconds{100}));
    CHECK(outcomes.errors.empty());
    w.check_stored();
    REQUIRE(w.world.run_until([&] { return w.outcomes.told.size() == taken; }, seconds{100}));
    fenced += w.writer.status().last_failure.find("under the name") != std::string::npos;
    *next = event_writer{};
    w.end();
  }
  CHECK(fenced > 0);
}

TEST_CASE("named large events: what is stored is neither copied nor written again") {
  named_large_world w;
  w.begin(named_large_world::named());
  (void)w.write_all();
  w.check_all();
  w.writer = {};
  w.world.run_for(seconds{1});
  w.begin(named_large_world::named());
  const auto merges = w.sent(wire::merge_segments::code);
  CHECK(w.writer.stored().of("key") == last_number);
  outcome_list again;
  REQUIRE(named_large_world::write_from(w.writer, 1, again) == all_of_them);
  REQUIRE(
      w.world.run_until([&] { return again.told.size() == w.written.size(); }, seconds{10}));
  CHECK(again.told == all_ok(w.written.size()));
  CHECK(w.sent(wire::merge_segments::code) == merges);
  w.check_stored();
  w.end();
}

TEST_CASE("named large events: two segments are merged at each frame") {
  for (std::size_t number = 5; number <= 40; ++number) {
    CAPTURE(number);
    named_large_world w;
    const auto whole = w.world.current_segments(w.stream);
    REQUIRE(w.world.split(w.stream, whole.front().id));
    w.at_frame[number] = [&w] {
      std::vector<segment_id> both;
      for (const auto& each : w.world.current_segments(w.stream))
        both.push_back(each.id);
      if (both.size() > 1) CHECK(w.world.merge(w.stream, both));
      return true;
    };
    w.begin(named_large_world::named());
    for (event_number event = 1; event <= 16; ++event) {
      const auto key = "k" + std::to_string(event % 5);
      w.written.push_back(key + named_large_world::text_of(event));
      REQUIRE(w.writer.try_write_numbered(event, key, as_bytes(w.written.back()),
                                          w.outcomes.sink()));
    }
    REQUIRE(w.until_told());
    CHECK(w.outcomes.told == all_ok(16));
    // Once each; of each key in the order of the numbers, over all segments.
    texts all;
    for (const auto& segment : w.world.stored_events_of(w.stream))
      all.insert(all.end(), segment.begin(), segment.end());
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
    CHECK(all.size() == w.written.size());
    for (int key = 0; key < 5; ++key) {
      const auto prefix = "k" + std::to_string(key) + "key-";
      const auto of_key = [&prefix](const texts& from) {
        texts out;
        std::copy_if(from.begin(), from.end(), std::back_inserter(out),
                     [&](const auto& each) { return each.starts_with(prefix); });
        return out;
      };
      CHECK(of_key(all) == of_key(w.written));
    }
    w.end();
  }
}

TEST_CASE("named large events: shared bytes are not copied") {
  named_large_world w;
  w.begin(named_large_world::named());
  const auto text = named_large_world::text_of(2);
  const auto payload = shared_bytes::copy_of(as_bytes(text));
  REQUIRE(w.writer.try_write_numbered(2, "key", payload, w.outcomes.sink()));
  CHECK(payload.owner.use_count() == 2);
  w.written.push_back(text);
  w.check_all();
  // The state of the writer is renewed.
  w.world.run_for(seconds{1});
  CHECK(payload.owner.use_count() == 1);
  w.end();
}
