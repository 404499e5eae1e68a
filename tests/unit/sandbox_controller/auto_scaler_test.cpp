#include "controller/auto_scaler.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;
using pravega_actor::key_range;
using pravega_actor::scaling_policy;
using pravega_actor::scoped_stream;
using pravega_actor::segment_id;

namespace {

constexpr std::int64_t window_ms = 10000;
const scoped_stream stream{"s", "t"};

// Segments of equal ranges, created at 0, each with these events; an event has 1024 bytes.
std::vector<segment_total> totals(const std::vector<std::int64_t>& events) {
  std::vector<segment_total> all;
  const auto count = static_cast<double>(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto number = static_cast<std::int32_t>(i);
    const auto low = static_cast<double>(i) / count;
    const auto high = i + 1 == events.size() ? 1.0 : static_cast<double>(i + 1) / count;
    all.push_back({{{number, 0}, {low, high}}, 0, events[i], events[i] * 1024});
  }
  return all;
}

scaling_policy by_events(std::int32_t target, std::int32_t factor, std::int32_t least = 1) {
  return {scaling_policy::kind::by_events_per_s, target, factor, least};
}

std::optional<scale_wish> after_one_window(const scaling_policy& policy,
                                           const std::vector<std::int64_t>& events) {
  auto_scaler scaler;
  return scaler.judge(stream, policy, totals(events), window_ms, window_ms);
}

}  // namespace

TEST_CASE("auto scaler: a segment above the target is split") {
  CHECK_FALSE(after_one_window(by_events(10, 2), {100}));
  const auto wish = after_one_window(by_events(10, 2), {101});
  REQUIRE(wish);
  CHECK(wish->sealed == std::vector<segment_id>{{0, 0}});
  CHECK(wish->ranges == std::vector<key_range>{{0.0, 0.5}, {0.5, 1.0}});
}

TEST_CASE("auto scaler: as many parts as there are targets, from 2 to the factor") {
  const auto parts = [](std::int64_t events, std::int32_t factor) {
    const auto wish = after_one_window(by_events(10, factor), {events});
    REQUIRE(wish);
    CHECK(wish->ranges.front().low == 0.0);
    CHECK(wish->ranges.back().high == 1.0);
    for (std::size_t i = 1; i < wish->ranges.size(); ++i)
      CHECK(wish->ranges[i].low == wish->ranges[i - 1].high);
    return wish->ranges.size();
  };
  CHECK(parts(150, 5) == 2);
  CHECK(parts(399, 5) == 3);
  CHECK(parts(100000, 5) == 5);
  CHECK(parts(100000, 1) == 2);
  CHECK(parts(100000, 0) == 2);
  CHECK(parts(100000, -7) == 2);
}

TEST_CASE("auto scaler: kilobytes are of 1024 bytes") {
  const scaling_policy policy{scaling_policy::kind::by_kilobytes_per_s, 10, 2, 1};
  CHECK_FALSE(after_one_window(policy, {100}));
  CHECK(after_one_window(policy, {101}));
}

TEST_CASE("auto scaler: only the growth since the window before counts") {
  auto_scaler scaler;
  const auto policy = by_events(10, 2);
  CHECK(scaler.judge(stream, policy, totals({1000}), window_ms, window_ms));
  CHECK_FALSE(scaler.judge(stream, policy, totals({1100}), 2 * window_ms, window_ms));
  CHECK(scaler.judge(stream, policy, totals({1201}), 3 * window_ms, window_ms));
  scaler.forget(stream);
  CHECK(scaler.judge(stream, policy, totals({1201}), 4 * window_ms, window_ms));
}

TEST_CASE("auto scaler: the load of a time with a fixed policy is no reason later") {
  auto_scaler scaler;
  CHECK_FALSE(scaler.judge(stream, {}, totals({1000000}), window_ms, window_ms));
  CHECK_FALSE(
      scaler.judge(stream, by_events(10, 2), totals({1000001}), 2 * window_ms, window_ms));
}

TEST_CASE("auto scaler: a young segment is left alone, then judged from its creation on") {
  auto_scaler scaler;
  auto young = totals({80});
  young[0].created_ms = 6000;
  CHECK_FALSE(scaler.judge(stream, by_events(5, 2), young, window_ms, window_ms));
  young[0].events = 82;
  CHECK(scaler.judge(stream, by_events(5, 2), young, 2 * window_ms, window_ms));
  CHECK_FALSE(scaler.judge(stream, by_events(5, 2), young, 3 * window_ms, window_ms));
}

TEST_CASE("auto scaler: cold neighbours become one, two by two") {
  // 2 per second each; together 4 of half of 10.
  const auto wish = after_one_window(by_events(10, 2), {20, 20, 20, 20, 20});
  REQUIRE(wish);
  CHECK(wish->sealed == std::vector<segment_id>{{0, 0}, {1, 0}, {2, 0}, {3, 0}});
  REQUIRE(wish->ranges.size() == 2);
  CHECK(wish->ranges[0] == key_range{0.0, 0.4});
  CHECK(wish->ranges[1] == key_range{0.4, 0.8});
}

TEST_CASE("auto scaler: neighbours that have half of the target are not cold") {
  CHECK_FALSE(after_one_window(by_events(10, 2), {25, 25}));
  CHECK(after_one_window(by_events(10, 2), {25, 24}));
  CHECK_FALSE(after_one_window(by_events(10, 2), {0, 60, 0}));
}

TEST_CASE("auto scaler: merging stops at the least number of segments") {
  CHECK_FALSE(after_one_window(by_events(10, 2, 4), {0, 0, 0, 0}));
  const auto wish = after_one_window(by_events(10, 2, 3), {0, 0, 0, 0});
  REQUIRE(wish);
  CHECK(wish->sealed.size() == 2);
  CHECK(wish->ranges == std::vector<key_range>{{0.0, 0.5}});
  CHECK_FALSE(after_one_window(by_events(10, 2, 0), {0}));
}

TEST_CASE("auto scaler: a split and a merge may come together") {
  const auto wish = after_one_window(by_events(10, 2), {500, 1, 1, 60});
  REQUIRE(wish);
  CHECK(wish->sealed == std::vector<segment_id>{{0, 0}, {1, 0}, {2, 0}});
  CHECK(wish->ranges == std::vector<key_range>{{0.0, 0.125}, {0.125, 0.25}, {0.25, 0.75}});
}

TEST_CASE("auto scaler: a policy without a target asks for nothing") {
  CHECK_FALSE(after_one_window(by_events(0, 2), {100000}));
  CHECK_FALSE(after_one_window(by_events(-1, 2), {100000}));
  CHECK_FALSE(after_one_window({}, {100000}));
}

TEST_CASE("auto scaler: no time has passed") {
  auto_scaler scaler;
  CHECK_FALSE(scaler.judge(stream, by_events(1, 2), totals({100}), 0, 0));
}
