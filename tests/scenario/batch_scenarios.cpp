// Splits of a stream and their readers, and events by their pointers.
#include <set>

#include "scenario/truncation_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::scenario;

namespace {

const segment_id zero{0, 0}, one{1, 0}, two{2, 1}, three{3, 1}, four{4, 2};
using splits = std::vector<stream_split>;
using numbers = std::multiset<std::string>;

/// A stream that is split and merged: 0 became 2 and 3, then 1 and 3 became 4.
struct batch_world : truncation_world {
  explicit batch_world(const fault_plan& plan = {}) : truncation_world{2, plan} {}

  void fill() {
    write_to(zero, 5);
    write_to(one, 7);
    scale({zero}, {{0.0, 0.25}, {0.25, 0.5}});
    write_to(two, 3);
    write_to(three, 4);
    scale({one, three}, {{0.25, 1.0}});
    write_to(four, 6);
  }
  template <class T, class F>
  result<T> ask(F start) {
    std::optional<result<T>> told;
    start([&](const result<T>& outcome) { told = outcome; });
    REQUIRE(w.world.run_until([&] { return told.has_value(); }, seconds{200}));
    return *told;
  }
  result<stream_splits> split(const stream_range& between = {}) {
    return ask<stream_splits>([&](auto done) {
      w.user->streams().splits_async(w.stream, between, seconds{60}, done);
    });
  }
  result<event_slice> fetch(const event_pointer& at) {
    return ask<event_slice>([&](auto done) { w.user->streams().read_event_async(at, done); });
  }
  stream_split part(segment_id of, int from, int to) const {
    return {{w.stream, of}, from * event_bytes, to * event_bytes};
  }
  reader_options over(const splits& which,
                      truncation_policy policy = truncation_policy::report_and_go_on) const {
    return from(which, policy);
  }
  /// Reads each split with a reader of its own, all of them at once.
  numbers read_in_parallel(const splits& all) {
    std::vector<std::unique_ptr<probe>> readers;
    for (const auto& each : all)
      readers.push_back(std::make_unique<probe>(w, over({each})));
    numbers read;
    for (auto& reader : readers) {
      reader->read_rest();
      CHECK(reader->outcome() == "end_of_segment");
      for (const auto& [place, text] : reader->read())
        read.insert(text);
    }
    return read;
  }
  numbers all_events() {
    remember();
    numbers all;
    for (const auto& [place, text] : held)
      all.insert(text);
    return all;
  }
};

}  // namespace

TEST_CASE("batch: a stream that was split and merged") {
  batch_world t;
  t.fill();
  const auto found = t.split();
  REQUIRE(found);
  CHECK(found->gaps.empty());
  CHECK(std::set<stream_split>{found->splits.begin(), found->splits.end()} ==
        std::set<stream_split>{t.part(zero, 0, 5), t.part(one, 0, 7), t.part(two, 0, 3),
                               t.part(three, 0, 4), t.part(four, 0, 6)});
  SECTION("each event comes once from readers side by side") {
    CHECK(t.read_in_parallel(found->splits) == t.all_events());
  }
  SECTION("one reader takes several, also of a segment and its successor") {
    probe reader{t.w, t.over(found->splits)};
    reader.read_rest();
    CHECK(reader.outcome() == "end_of_segment");
    CHECK(reader.read() == t.held);
    CHECK(unread(found->splits, reader.position()).empty());
  }
  SECTION("what is written or sealed later does not belong to them") {
    t.write_to(two, 5);
    t.scale({two}, {{0.0, 0.25}});
    probe reader{t.w, t.over({t.part(two, 0, 3)})};
    reader.read_rest();
    CHECK(reader.log() == texts{"2: 3 events", "2: own end"});
  }
  SECTION("after the stream is sealed") {
    t.seal();
    const auto again = t.split();
    REQUIRE(again);
    CHECK(again->splits == found->splits);
    CHECK(t.read_in_parallel(again->splits) == t.all_events());
  }
}

TEST_CASE("batch: segments without events have no split") {
  batch_world t;
  CHECK(t.split()->splits.empty());
  t.write_to(one, 1);
  CHECK(t.split()->splits == splits{t.part(one, 0, 1)});
}

TEST_CASE("batch: between two cuts") {
  batch_world t;
  t.fill();
  const auto from = t.cut({{zero, 2 * event_bytes}, {one, 7 * event_bytes}});
  const auto to = t.cut({{two, event_bytes}, {four, 2 * event_bytes}});
  const auto found = t.split({from, to});
  REQUIRE(found);
  CHECK(found->splits ==
        splits{t.part(zero, 2, 5), t.part(two, 0, 1), t.part(three, 0, 4), t.part(four, 0, 2)});
  CHECK(t.read_in_parallel(found->splits).size() == 3 + 1 + 4 + 2);
  // The same cut at both ends, and cuts the wrong way round, leave nothing.
  CHECK(t.split({from, from})->splits.empty());
  CHECK(t.split({to, from})->splits.empty());
  const auto behind = t.split({{}, t.cut({{two, 9 * event_bytes}, {four, 0}})});
  REQUIRE_FALSE(behind);
  CHECK(behind.error() == errc::invalid_argument);
}

TEST_CASE("batch: a reader goes on where another one stopped") {
  batch_world t;
  t.fill();
  const auto all = t.split()->splits;
  probe first{t.w, t.over(all)};
  first.read_events(8);
  const auto rest = unread(all, first.position());
  const auto read = t.read_in_parallel(rest);
  CHECK(read.size() + first.read().size() == t.all_events().size());
}

TEST_CASE("batch: the beginning of the stream is truncated away") {
  batch_world t;
  t.fill();
  const auto start = t.cut({{zero, event_bytes}, {one, 0}});
  t.truncate({{two, event_bytes}, {four, 0}});
  SECTION("the head is where the splits begin") {
    const auto found = t.split();
    REQUIRE(found);
    CHECK(found->splits == splits{t.part(two, 1, 3), t.part(four, 0, 6)});
    CHECK(found->gaps.empty());
  }
  SECTION("behind a start cut there are gaps") {
    const auto found = t.split({start, {}});
    REQUIRE(found);
    CHECK(found->splits == splits{t.part(two, 1, 3), t.part(four, 0, 6)});
    std::set<std::string> gone;
    for (const auto& each : found->gaps)
      gone.insert(std::to_string(each.in.id.number) + ": " + std::to_string(each.from) +
                  " to " + std::to_string(each.to));
    CHECK(gone ==
          std::set<std::string>{"0: 17 to -1", "1: 0 to -1", "2: 0 to 17", "3: 0 to -1"});
  }
}

TEST_CASE("batch: truncation under the reader of a split") {
  batch_world t;
  t.fill();
  const auto all = t.split()->splits;
  SECTION("within its segment") {
    t.truncate({{two, 0}, {four, 2 * event_bytes}});
    probe reader{t.w, t.over({t.part(four, 0, 6)})};
    reader.read_rest();
    CHECK(reader.log() == texts{"4: gap 0 to 34", "4: 4 events", "4: own end"});
  }
  SECTION("beyond its end") {
    t.truncate({{two, 2 * event_bytes}, {four, 0}});
    probe reader{t.w, t.over({t.part(two, 0, 1)})};
    reader.read_rest();
    CHECK(reader.log() == texts{"2: gap 0 to 17", "2: own end"});
  }
  SECTION("of the whole segment") {
    t.truncate({{two, 0}, {four, 0}});
    probe reader{t.w, t.over({t.part(zero, 1, 5)})};
    reader.read_rest();
    CHECK(reader.log() == texts{"0: gap 17 to 85", "0: own end"});
    probe strict{t.w, t.over({t.part(zero, 1, 5)}, truncation_policy::fail)};
    strict.read_rest();
    CHECK(strict.outcome() == "segment_not_found");
  }
}

TEST_CASE("batch: splits that are not of the stream") {
  batch_world t;
  t.fill();
  SECTION("a segment that it never had") {
    probe reader{t.w, t.over({t.part({9, 1}, 0, 1)})};
    CHECK(reader.outcome() == "invalid_argument");
  }
  SECTION("an end within an event") {
    probe reader{t.w, t.over({{{t.w.stream, zero}, 0, 2 * event_bytes + 9}})};
    reader.read_rest();
    CHECK(reader.outcome() == "invalid_argument");
    CHECK(reader.read().size() == 2);
  }
  SECTION("an end behind that of a sealed segment") {
    probe reader{t.w, t.over({t.part(zero, 0, 6)})};
    reader.read_rest();
    CHECK(reader.outcome() == "protocol_violation");
  }
  SECTION("another stream's") {
    probe reader{t.w, t.over({{{{"scope", "other"}, zero}, 0, 17}})};
    CHECK(reader.outcome() == "invalid_argument");
  }
}

TEST_CASE("batch: every event by its pointer") {
  batch_world t;
  t.fill();
  t.remember();
  for (const auto& [place, text] : t.held) {
    const auto got = t.fetch(
        {{t.w.stream, place.first}, place.second, static_cast<std::int32_t>(event_bytes)});
    REQUIRE(got);
    CHECK(got->event_count() == 1);
    CHECK(as_text((*got->begin()).payload) == text);
  }
}

TEST_CASE("batch: pointers that point at no event") {
  batch_world t;
  t.fill();
  const auto refusal = [&](segment_id in, std::int64_t offset, std::int32_t length) {
    const auto got = t.fetch({{t.w.stream, in}, offset, length});
    return got ? errc::internal_error : got.error().code();
  };
  const auto length = static_cast<std::int32_t>(event_bytes);
  CHECK(refusal(zero, 1, length) == errc::invalid_argument);
  CHECK(refusal(zero, 0, length + 1) == errc::invalid_argument);
  CHECK(refusal(zero, 0, length - 1) == errc::invalid_argument);
  CHECK(refusal(zero, 0, 2 * length) == errc::invalid_argument);
  // Behind the end of a sealed segment, and at the tail of one that is not.
  CHECK(refusal(zero, 5 * event_bytes, length) == errc::invalid_argument);
  CHECK(refusal(four, 6 * event_bytes, length) == errc::invalid_argument);
  CHECK(refusal({9, 9}, 0, length) == errc::segment_not_found);
  t.truncate({{two, 2 * event_bytes}, {four, 0}});
  CHECK(refusal(two, event_bytes, length) == errc::segment_truncated);
  CHECK(refusal(two, 2 * event_bytes, length) == errc::internal_error);
  CHECK(refusal(zero, 0, length) == errc::segment_not_found);
  const auto elsewhere = t.fetch({{{"scope", "other"}, zero}, 0, length});
  REQUIRE_FALSE(elsewhere);
  CHECK(elsewhere.error() == errc::stream_not_found);
}

TEST_CASE("batch: splits, readers and look-ups under faults of every kind") {
  const auto seed = GENERATE(range(1, 13));
  CAPTURE(seed);
  batch_world t{fault_plan::from_seed(static_cast<std::uint64_t>(seed))};
  t.fill();
  const auto found = t.split();
  REQUIRE(found);
  CHECK(t.read_in_parallel(found->splits) == t.all_events());
  // A segment is perhaps sealed late, so another one may have the last events.
  const auto& [place, text] = *t.held.rbegin();
  const auto got = t.fetch(
      {{t.w.stream, place.first}, place.second, static_cast<std::int32_t>(event_bytes)});
  INFO((got ? std::string{} : got.error().to_string()));
  REQUIRE(got);
  CHECK(as_text((*got->begin()).payload) == text);
}
