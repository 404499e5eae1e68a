#include "controller/stream_record.hpp"

#include <vector>

#include "controller/controller_limits.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;

namespace {

stream_record fixed(std::int32_t segments) {
  stream_config config;
  config.scaling.segments_min = segments;
  return stream_record{config};
}

std::vector<segment_id> ids_of(const std::vector<segment_with_range>& segments) {
  std::vector<segment_id> ids;
  for (const auto& each : segments)
    ids.push_back(each.id);
  return ids;
}

std::vector<key_range> ranges_of(const std::vector<segment_with_range>& segments) {
  std::vector<key_range> ranges;
  for (const auto& each : segments)
    ranges.push_back(each.range);
  return ranges;
}

using ids = std::vector<segment_id>;

}  // namespace

TEST_CASE("stream record: initial segments share the range equally and end at exactly 1") {
  const auto stream = fixed(3);
  const auto active = stream.active();
  REQUIRE(active.size() == 3);
  CHECK(active.front().range.low == 0.0);
  CHECK(active.back().range.high == 1.0);
  for (std::size_t i = 1; i < active.size(); ++i) {
    CHECK(active[i - 1].range.high == active[i].range.low);
  }
  CHECK(ids_of(active) == ids{{0, 0}, {1, 0}, {2, 0}});
  CHECK(stream.head() == cut_offsets{{{0, 0}, 0}, {{1, 0}, 0}, {{2, 0}, 0}});
}

TEST_CASE("stream record: a split numbers on and the epoch before it is reported") {
  auto stream = fixed(2);
  const auto started = stream.scale({{1, 0}}, {{0.5, 0.75}, {0.75, 1.0}});
  REQUIRE(started);
  CHECK(started->epoch == 0);
  CHECK(ids_of(started->segments) == ids{{2, 1}, {3, 1}});
  CHECK(ids_of(stream.active()) == ids{{0, 0}, {2, 1}, {3, 1}});
  CHECK(stream.epoch() == 1);
  CHECK_FALSE(stream.is_active({1, 0}));
  CHECK(stream.is_active({0, 0}));
  CHECK(ids_of(*stream.epoch_segments(0)) == ids{{0, 0}, {1, 0}});
  CHECK(stream.epoch_segments(2) == nullptr);
  CHECK(stream.epoch_segments(-1) == nullptr);
}

TEST_CASE("stream record: successors name all their predecessors") {
  auto stream = fixed(1);
  REQUIRE(stream.scale({{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}));
  const auto split = stream.successors_of({0, 0});
  REQUIRE(split.size() == 2);
  CHECK(split[0].segment == segment_with_range{{1, 1}, {0.0, 0.5}});
  CHECK(split[1].predecessors == ids{{0, 0}});
  CHECK(stream.successors_of({1, 1}).empty());
  REQUIRE(stream.scale({{1, 1}, {2, 1}}, {{0.0, 1.0}}));
  const auto merged = stream.successors_of({2, 1});
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].segment.id == segment_id{3, 2});
  CHECK(merged[0].predecessors == ids{{1, 1}, {2, 1}});
  CHECK(stream.successors_of({0, 0}).size() == 2);
  CHECK(stream.successors_of({77, 0}).empty());
}

TEST_CASE("stream record: successors skip segments that only touch or that are older") {
  auto stream = fixed(2);
  REQUIRE(stream.scale({{0, 0}}, {{0.0, 0.25}, {0.25, 0.5}}));
  REQUIRE(stream.scale({{1, 0}}, {{0.5, 1.0}}));
  const auto after = stream.successors_of({1, 0});
  REQUIRE(after.size() == 1);
  CHECK(after[0].segment.id == segment_id{4, 2});
  CHECK(after[0].predecessors == ids{{1, 0}});
}

TEST_CASE("stream record: scales that do not fit are refused and change nothing") {
  auto stream = fixed(2);
  using scale = std::pair<ids, std::vector<key_range>>;
  const std::vector<scale> bad_ranges{
      {{}, {{0.0, 0.5}}},
      {{{0, 0}}, {}},
      {{{0, 0}}, {{0.0, 0.4}}},
      {{{0, 0}}, {{0.0, 0.3}, {0.4, 0.5}}},
      {{{0, 0}}, {{0.0, 0.3}, {0.2, 0.5}}},
      {{{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}},
      {{{0, 0}}, {{0.0, 0.0}, {0.0, 0.5}}},
      {{{0, 0}, {0, 0}}, {{0.0, 0.25}, {0.25, 0.5}}},
      {{{9, 0}}, {{0.0, 0.5}, {0.5, 0.5}}},
  };
  const std::vector<scale> bad_state{
      {{{9, 0}}, {{0.0, 0.5}}},
      {{{0, 1}}, {{0.0, 0.5}}},
      {{{0, 0}, {1, 0}}, {{0.0, 1.0}}},
  };
  for (const auto& [sealed, ranges] : bad_ranges) {
    const auto refused = stream.scale(sealed, ranges);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == errc::invalid_argument);
  }
  for (const auto& [sealed, ranges] : bad_state) {
    const auto refused = stream.scale(sealed, ranges);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == errc::precondition_failed);
  }
  CHECK(stream.epoch() == 0);
  stream.seal();
  CHECK(stream.scale({{0, 0}}, {{0.0, 0.25}, {0.25, 0.5}}).error() == errc::stream_sealed);
}

TEST_CASE("stream record: segments that are not neighbours may be scaled together") {
  auto stream = fixed(3);
  const auto low = stream.active()[0].range;
  const auto high = stream.active()[2].range;
  const auto started = stream.scale({{2, 0}, {0, 0}}, {high, low});
  REQUIRE(started);
  CHECK(ids_of(stream.active()) == ids{{4, 1}, {1, 0}, {3, 1}});
}

TEST_CASE("stream record: a sealed stream has no active segments and no last successors") {
  auto stream = fixed(1);
  REQUIRE(stream.scale({{0, 0}}, {{0.0, 1.0}}));
  stream.seal();
  CHECK(stream.active().empty());
  CHECK(stream.successors_of({1, 1}).empty());
  CHECK(stream.successors_of({0, 0}).size() == 1);
}

TEST_CASE("stream record: a complete cut covers every position once") {
  auto stream = fixed(2);
  REQUIRE(stream.scale({{0, 0}}, {{0.0, 0.25}, {0.25, 0.5}}));
  CHECK(stream.is_complete({{{0, 0}, 5}, {{1, 0}, 0}}));
  CHECK(stream.is_complete({{{2, 1}, 5}, {{3, 1}, -1}, {{1, 0}, 0}}));
  CHECK_FALSE(stream.is_complete({}));
  CHECK_FALSE(stream.is_complete({{{1, 0}, 0}}));
  CHECK_FALSE(stream.is_complete({{{0, 0}, 5}, {{2, 1}, 0}, {{1, 0}, 0}}));
  CHECK_FALSE(stream.is_complete({{{0, 0}, -2}, {{1, 0}, 0}}));
  CHECK_FALSE(stream.is_complete({{{0, 7}, 0}, {{1, 0}, 0}}));
}

TEST_CASE("stream record: truncation drops what is wholly before the cut") {
  auto stream = fixed(2);
  REQUIRE(stream.scale({{0, 0}}, {{0.0, 0.25}, {0.25, 0.5}}));
  REQUIRE(stream.scale({{2, 1}}, {{0.0, 0.25}}));
  const cut_offsets cut{{{2, 1}, 3}, {{3, 1}, 0}, {{1, 0}, 7}};
  CHECK(stream.is_after_head(cut));
  CHECK(stream.truncate(cut) == ids{{0, 0}});
  CHECK(stream.head() == cut);
  CHECK_FALSE(stream.is_after_head({{{0, 0}, 9}, {{1, 0}, 9}}));
  CHECK_FALSE(stream.is_after_head({{{2, 1}, 2}, {{3, 1}, 0}, {{1, 0}, 7}}));
  CHECK(stream.is_after_head({{{2, 1}, 4}, {{3, 1}, 0}, {{1, 0}, 7}}));
  CHECK(stream.truncate({{{4, 2}, 0}, {{3, 1}, 0}, {{1, 0}, 7}}) == ids{{2, 1}});
  CHECK(stream.existing() == ids{{1, 0}, {3, 1}, {4, 2}});
}

TEST_CASE("stream record: a merged segment beside an older place of the cut is kept") {
  auto stream = fixed(2);
  REQUIRE(stream.scale({{0, 0}, {1, 0}}, {{0.0, 0.5}, {0.5, 1.0}}));
  // 2.1 follows 0.0; the cut keeps 1.0 whole.
  CHECK(stream.truncate({{{2, 1}, 0}, {{1, 0}, 0}}) == ids{{0, 0}});
  CHECK(stream.existing() == ids{{1, 0}, {2, 1}, {3, 1}});
}

TEST_CASE("stream record: the segments between two cuts, both included") {
  auto stream = fixed(1);
  REQUIRE(stream.scale({{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}));
  REQUIRE(stream.scale({{1, 1}}, {{0.0, 0.25}, {0.25, 0.5}}));
  const cut_offsets start{{{0, 0}, 0}};
  const cut_offsets middle{{{1, 1}, 4}, {{2, 1}, 4}};
  CHECK(stream.between(start, {}) == ids{{0, 0}, {1, 1}, {2, 1}, {3, 2}, {4, 2}});
  CHECK(stream.between(start, middle) == ids{{0, 0}, {1, 1}, {2, 1}});
  CHECK(stream.between(middle, middle) == ids{{1, 1}, {2, 1}});
  CHECK(stream.between(middle, {}) == ids{{1, 1}, {2, 1}, {3, 2}, {4, 2}});
  CHECK(stream.between(start, start) == ids{{0, 0}});
}

TEST_CASE("stream record: the successors of the widest split name their predecessor") {
  constexpr auto most = controller_limits::active_segments_max;
  auto stream = fixed(1);
  const auto started = stream.scale({{0, 0}}, ranges_of(fixed(most).active()));
  REQUIRE(started);
  for (int i = 0; i < 10; ++i) {
    const auto after = stream.successors_of({0, 0});
    REQUIRE(after.size() == most);
    CHECK(after.back().segment == started->segments.back());
    CHECK(after.back().predecessors == ids{{0, 0}});
  }
  // Each is replaced by one of other bounds: the ends of neighbours.
  auto shifted = ranges_of(stream.active());
  for (std::size_t i = 1; i < shifted.size(); ++i) {
    shifted[i].low = (shifted[i].low + shifted[i].high) / 2;
    shifted[i - 1].high = shifted[i].low;
  }
  REQUIRE(stream.scale(ids_of(stream.active()), shifted));
  for (const auto& old : *stream.epoch_segments(1)) {
    const auto count = stream.successors_of(old.id).size();
    REQUIRE(count == (old.range.low == 0.0 ? 1 : 2));
  }
}

TEST_CASE("stream record: cuts of many places over many epochs") {
  constexpr auto most = controller_limits::active_segments_max;
  constexpr std::int32_t epochs = 15;
  auto stream = fixed(most);
  const auto cut_of = [](const std::vector<segment_with_range>& segments) {
    cut_offsets cut;
    for (const auto& each : segments)
      cut[each.id] = 0;
    return cut;
  };
  const auto start = cut_of(stream.active());
  for (std::int32_t i = 1; i < epochs; ++i)
    REQUIRE(stream.scale(ids_of(stream.active()), ranges_of(stream.active())));
  const auto end = cut_of(stream.active());
  CHECK(stream.between(start, end).size() == std::size_t{most} * epochs);
  CHECK(stream.between(end, {}).size() == most);
  CHECK(stream.between({}, start).size() == most);
  CHECK(stream.is_after_head(end));
  CHECK(stream.truncate(end).size() == std::size_t{most} * (epochs - 1));
  CHECK_FALSE(stream.is_after_head(start));
  CHECK(stream.existing().size() == most);
}

TEST_CASE("stream record: segment numbers run out, also after many streams of one name") {
  constexpr auto most = controller_limits::segments_max;
  stream_config config;
  config.scaling.segments_min = 2;
  CHECK(stream_record::check_creation(config, most - 2));
  CHECK(stream_record::check_creation(config, most - 1).error() == errc::limit_exceeded);
  CHECK(stream_record::check_creation(config, most + 5).error() == errc::limit_exceeded);
  stream_record full{config, most - 2};
  CHECK(full.scale({{most - 2, 0}}, {{0.0, 0.5}}).error() == errc::precondition_failed);
  // One that has more than it may: the room that is left must not wrap round.
  stream_record over{config, most - 1};
  CHECK(over.next_number() == most + 1);
  const auto refused = over.scale({{most - 1, 0}}, {{0.0, 0.5}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail() ==
        "more segments in a stream's life than the sandbox allows: 1048576");
}

TEST_CASE("stream record: the epochs together have a limit") {
  constexpr auto active = controller_limits::active_segments_max;
  const auto epochs = controller_limits::epoch_segments_max / std::size_t{active};
  auto stream = fixed(active);
  segment_id last{active - 1, 0};
  for (std::size_t i = 1; i < epochs; ++i) {
    const auto range = stream.active().back().range;
    const auto scaled = stream.scale({last}, {range});
    REQUIRE(scaled);
    last = scaled->segments.front().id;
  }
  const auto refused = stream.scale({last}, {stream.active().back().range});
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::precondition_failed);
  CHECK(refused.error().detail() ==
        "more segments in all epochs together than the sandbox allows: 2097152");
  CHECK(stream.epoch() == static_cast<std::int32_t>(epochs) - 1);
}

TEST_CASE("stream record: the earliest of several cuts, place by place") {
  auto stream = fixed(2);
  REQUIRE(stream.scale({{0, 0}}, {{0.0, 0.25}, {0.25, 0.5}}));  // 2 and 3
  REQUIRE(stream.scale({{1, 0}}, {{0.5, 1.0}}));                // 4
  const cut_offsets at_start{{{0, 0}, 10}, {{4, 2}, 20}};
  const cut_offsets later{{{2, 1}, 1}, {{3, 1}, 2}, {{1, 0}, -1}};
  CHECK(stream.earliest_of({at_start}) == at_start);
  CHECK(stream.earliest_of({at_start, later}) == cut_offsets{{{0, 0}, 10}, {{1, 0}, -1}});
  CHECK(stream.earliest_of({later, at_start}) == cut_offsets{{{0, 0}, 10}, {{1, 0}, -1}});
  const cut_offsets less{{{2, 1}, 0}, {{3, 1}, -1}, {{1, 0}, 7}};
  CHECK(stream.earliest_of({later, less}) ==
        cut_offsets{{{2, 1}, 0}, {{3, 1}, 2}, {{1, 0}, 7}});
  CHECK(stream.earliest_of({}).empty());
}

TEST_CASE("stream record: places that are no cut together have no earliest cut") {
  auto stream = fixed(1);
  REQUIRE(stream.scale({{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}));  // 1 and 2
  REQUIRE(stream.scale({{1, 1}, {2, 1}}, {{0.0, 1.0}}));      // 3
  REQUIRE(stream.scale({{3, 2}}, {{0.0, 0.5}, {0.5, 1.0}}));  // 4 and 5
  const cut_offsets odd{{{1, 1}, 0}, {{5, 3}, 0}};
  CHECK(stream.is_complete(odd));
  CHECK(stream.earliest_of({odd, {{{3, 2}, 0}}}).empty());
}

TEST_CASE("stream record: one cut lies after another if none of its places lies before") {
  auto stream = fixed(1);
  REQUIRE(stream.scale({{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}));
  const cut_offsets early{{{0, 0}, 5}};
  const cut_offsets late{{{1, 1}, 5}, {{2, 1}, 5}};
  CHECK(stream.is_after(late, early));
  CHECK(stream.is_after(early, early));
  CHECK_FALSE(stream.is_after(early, late));
  CHECK_FALSE(stream.is_after({{{1, 1}, 4}, {{2, 1}, 9}}, late));
}
