// The client's splits and look-ups of events: the same at the sandbox and at a real server.
#include <algorithm>
#include <map>

#include "interop/behaviour/server_under_test.hpp"
#include "pravega_actor/client.hpp"

namespace pravega_actor::behaviour {

namespace {

constexpr segment_id first{0, 0}, left{1, 1}, right{2, 1};
/// "event-000" with its header.
constexpr std::int64_t event_bytes = 17;
constexpr int before_scale = 60, after_scale = 40;

/// A stream that was split after some events, and a client.
struct batch {
  scoped_stream stream = new_stream();
  client pravega;

  batch() : pravega{made()} {
    write(0, before_scale);
    scale(stream, {first}, {{0.0, 0.5}, {0.5, 1.0}});
    write(before_scale, before_scale + after_scale);
  }
  ~batch() { pravega.close(); }
  static client made() {
    config settings;
    settings.controller_uri = server().controller_uri;
    auto opened = client::create(settings);
    if (!opened) FAIL(opened.error().to_string());
    return std::move(*opened);
  }
  static std::string text(int number) {
    auto digits = std::to_string(number);
    return "event-" + std::string(3 - digits.size(), '0') + digits;
  }
  void write(int from, int to) {
    auto writer = pravega.create_writer(stream);
    REQUIRE(writer);
    for (int i = from; i < to; ++i)
      REQUIRE(writer->write(std::to_string(i), as_bytes(text(i)), call_timeout));
    REQUIRE(writer->flush(call_timeout));
  }
  stream_splits split(const stream_range& between = {}) const {
    auto found = pravega.streams().splits(stream, between);
    if (!found) FAIL(found.error().to_string());
    return std::move(*found);
  }
  stream_reader reader_of(const std::vector<stream_split>& which) {
    auto options = pravega.default_reader_options();
    options.start = which;
    auto reader = pravega.create_reader(stream, options);
    if (!reader) FAIL(reader.error().to_string());
    return std::move(*reader);
  }
};

struct found_events {
  std::map<std::string, event_pointer> events;
  std::vector<segment_gap> gaps;
  std::size_t count = 0;

  void take_all(stream_reader reader) {
    for (;;) {
      auto item = reader.next(call_timeout);
      if (!item) {
        CHECK(item.error() == errc::end_of_segment);
        return;
      }
      REQUIRE(*item);
      if (const auto* gap = std::get_if<segment_gap>(&**item)) gaps.push_back(*gap);
      if (const auto* slice = std::get_if<event_slice>(&**item))
        for (const auto each : *slice) {
          events.emplace(as_text(each.payload), each.pointer());
          ++count;
        }
    }
  }
};

}  // namespace

TEST_CASE("The splits of a stream hold each event once", "[batch]") {
  batch on;
  const auto all = on.split();
  CHECK(all.gaps.empty());
  REQUIRE(all.splits.size() == 3);
  CHECK(std::is_sorted(all.splits.begin(), all.splits.end()));
  found_events found;
  std::vector<stream_reader> side_by_side;
  for (const auto& each : all.splits)
    side_by_side.push_back(on.reader_of({each}));
  for (auto& reader : side_by_side)
    found.take_all(std::move(reader));
  CHECK(found.count == before_scale + after_scale);
  CHECK(found.events.size() == found.count);
  for (int i = 0; i < before_scale + after_scale; ++i)
    CHECK(found.events.contains(batch::text(i)));
}

TEST_CASE("The splits of a sealed stream are those before", "[batch]") {
  batch on;
  const auto before = on.split();
  REQUIRE(on.pravega.streams().seal_stream(on.stream));
  CHECK(on.split().splits == before.splits);
  found_events found;
  found.take_all(on.reader_of(before.splits));
  CHECK(found.count == before_scale + after_scale);
}

TEST_CASE("Splits lie between two cuts", "[batch]") {
  batch on;
  const stream_cut from{on.stream, {{first, 50 * event_bytes}}};
  const stream_cut to{on.stream, {{left, 2 * event_bytes}, {right, 0}}};
  const auto some = on.split({from, to});
  CHECK(some.splits == std::vector<stream_split>{
                           {{on.stream, first}, 50 * event_bytes, before_scale * event_bytes},
                           {{on.stream, left}, 0, 2 * event_bytes}});
  found_events found;
  found.take_all(on.reader_of(some.splits));
  CHECK(found.count == 12);
}

TEST_CASE("Splits of a truncated stream", "[batch]") {
  batch on;
  const stream_cut start{on.stream, {{first, event_bytes}}};
  const auto before = on.split();
  REQUIRE(on.pravega.streams().truncate_stream({on.stream, {{left, 0}, {right, event_bytes}}}));
  const auto after = on.split();
  REQUIRE(after.splits.size() == 2);
  CHECK(after.splits[0].from == 0);
  CHECK(after.splits[1].from == event_bytes);
  CHECK(after.gaps.empty());
  // The cut names what is gone by now.
  const auto from_cut = on.split({start, {}});
  CHECK(from_cut.splits == after.splits);
  CHECK(from_cut.gaps.size() == 2);
  found_events found;
  found.take_all(on.reader_of(before.splits));
  CHECK(found.gaps.size() == 2);
  CHECK(found.count == after_scale - 1);
}

TEST_CASE("Every event is read by its pointer", "[batch]") {
  batch on;
  found_events found;
  found.take_all(on.reader_of(on.split().splits));
  int asked = 0;
  for (const auto& [text, pointer] : found.events) {
    if (++asked % 10 != 0) continue;
    const auto got = on.pravega.streams().read_event(pointer);
    REQUIRE(got);
    CHECK(got->event_count() == 1);
    CHECK(as_text((*got->begin()).payload) == text);
  }
}

TEST_CASE("A pointer at no event is an error at once", "[batch]") {
  batch on;
  const auto refusal = [&](segment_id in, std::int64_t offset, std::int32_t length) {
    const auto got = on.pravega.streams().read_event({{on.stream, in}, offset, length});
    return got ? errc::internal_error : got.error().code();
  };
  constexpr auto length = static_cast<std::int32_t>(event_bytes);
  CHECK(refusal(first, 3, length) == errc::invalid_argument);
  CHECK(refusal(first, 0, length + 1) == errc::invalid_argument);
  CHECK(refusal(first, before_scale * event_bytes, length) == errc::invalid_argument);
  CHECK(refusal(left, 1000 * event_bytes, length) == errc::invalid_argument);
  CHECK(refusal({7, 1}, 0, length) == errc::segment_not_found);
  REQUIRE(on.pravega.streams().truncate_stream({on.stream, {{left, event_bytes}, {right, 0}}}));
  CHECK(refusal(left, 0, length) == errc::segment_truncated);
  CHECK(refusal(first, 0, length) == errc::segment_not_found);
}

}  // namespace pravega_actor::behaviour
