#include "pravega_actor/stream_policies.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

using texts = std::vector<std::string>;

stream_config with(scaling_policy scaling, retention_policy retention = {}, texts tags = {}) {
  stream_config config;
  config.scaling = scaling;
  config.retention = retention;
  config.tags = std::move(tags);
  return config;
}

}  // namespace

TEST_CASE("policies by name", "[stream_policies]") {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  CHECK(fixed_segments(3).scaling == scaling_policy{scaling_policy::kind::fixed, 0, 0, 3});
  CHECK(scale_by_events(1000, 2, 4) ==
        scaling_policy{scaling_policy::kind::by_events_per_s, 1000, 2, 4});
  CHECK(scale_by_kilobytes(500, 3, 1) ==
        scaling_policy{scaling_policy::kind::by_kilobytes_per_s, 500, 3, 1});
  CHECK(retain_time(seconds{90}) ==
        retention_policy{retention_policy::kind::by_time_ms, 90'000, most});
  CHECK(retain_bytes(1 << 20) ==
        retention_policy{retention_policy::kind::by_size_bytes, 1 << 20, most});
}

TEST_CASE("policies in words", "[stream_policies]") {
  CHECK(to_string(fixed_segments(3).scaling) == "3 fixed");
  CHECK(to_string(scale_by_events(1000, 2, 4)) == "by 1000 events/s, factor 2, at least 4");
  CHECK(to_string(scale_by_kilobytes(5, 3, 1)) == "by 5 kB/s, factor 3, at least 1");
  CHECK(to_string(retention_policy{}) == "everything");
  CHECK(to_string(retain_bytes(77)) == "77 bytes");
  CHECK(to_string(retain_time(seconds{90})) == "1m30s");
  CHECK(to_string(retain_time(seconds{90'000})) == "1d1h");
  CHECK(to_string(retain_time(milliseconds{1})) == "1ms");
  CHECK(to_string(retain_time(seconds{0})) == "0s");
}

TEST_CASE("what no server takes is refused", "[stream_policies]") {
  CHECK(check(fixed_segments(1)));
  CHECK(check(with(scale_by_events(1, 1, 1), retain_bytes(1), {"tag"})));
  const std::vector<stream_config> bad{
      fixed_segments(0),
      fixed_segments(-1),
      with(scale_by_events(0, 2, 1)),
      with(scale_by_events(10, 0, 1)),
      with(scale_by_kilobytes(10, 2, 0)),
      with({}, retain_time(seconds{0})),
      with({}, retain_bytes(-1)),
      with({}, {retention_policy::kind::by_size_bytes, 10, 9}),
      with({}, {}, texts(129, "tag")),
      with({}, {}, {""}),
      with({}, {}, {std::string(257, 't')}),
  };
  for (const auto& config : bad)
    CHECK(check(config).error() == errc::invalid_argument);
  CHECK(check(with({}, {}, texts(128, std::string(256, 't')))));
  auto rollover = fixed_segments(1);
  rollover.rollover_size_bytes = -1;
  CHECK(check(rollover).error() == errc::invalid_argument);
}

TEST_CASE("differences are told part by part", "[stream_policies]") {
  CHECK(differences(fixed_segments(3), fixed_segments(3)).empty());
  CHECK(differences(with({}, {}, {"a", "b"}), with({}, {}, {"b", "a", "a"})).empty());
  auto unused = fixed_segments(3);
  unused.scaling.target_rate = 7;
  CHECK(differences(unused, fixed_segments(3)).empty());
  CHECK(differences(with({}, {retention_policy::kind::by_size_bytes, 5, 0}),
                    with({}, retain_bytes(5)))
            .empty());
  auto there = with(scale_by_events(10, 2, 1), retain_bytes(5), {"a"});
  there.rollover_size_bytes = 9;
  there.timestamp_aggregation_timeout_ms = 4;
  CHECK(differences(there, fixed_segments(2)) ==
        texts{"segments by 10 events/s, factor 2, at least 1 instead of 2 fixed",
              "retention 5 bytes instead of everything", "tags a instead of none",
              "timestamp aggregation timeout 4 ms instead of 0 ms",
              "rollover size 9 bytes instead of the server's default"});
}

TEST_CASE("a change leaves the rest", "[stream_policies]") {
  const auto before = with(scale_by_events(10, 2, 1), retain_bytes(5), {"b", "a"});
  CHECK(stream_change{}.empty());
  CHECK(stream_change{}.apply_to(before) == before);
  stream_change change;
  change.scaling = fixed_segments(4).scaling;
  change.add_tags = {"c", "a"};
  change.remove_tags = {"b", "none"};
  CHECK_FALSE(change.empty());
  const auto after = change.apply_to(before);
  CHECK(after == with(fixed_segments(4).scaling, retain_bytes(5), {"a", "c"}));
  stream_change other;
  other.retention = retention_policy{};
  other.rollover_size_bytes = 8;
  CHECK(other.apply_to(before).retention == retention_policy{});
  CHECK(other.apply_to(before).rollover_size_bytes == 8);
  CHECK(other.apply_to(before).tags == before.tags);
}
