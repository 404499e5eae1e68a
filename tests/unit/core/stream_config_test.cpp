#include "pravega_actor/stream_config.hpp"

#include <functional>

#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("a configuration as it comes is one fixed segment that keeps everything") {
  const stream_config plain;
  CHECK(plain.scaling.type == scaling_policy::kind::fixed);
  CHECK(plain.scaling.segments_min == 1);
  CHECK(plain.retention.type == retention_policy::kind::none);
  CHECK(plain.tags.empty());
  CHECK(plain.rollover_size_bytes == 0);
}

TEST_CASE("configurations that differ in one field are not equal") {
  const std::vector<std::function<void(stream_config&)>> changes{
      [](auto& c) { c.scaling.type = scaling_policy::kind::by_events_per_s; },
      [](auto& c) { c.scaling.target_rate = 1; },
      [](auto& c) { c.scaling.scale_factor = 1; },
      [](auto& c) { c.scaling.segments_min = 2; },
      [](auto& c) { c.retention.type = retention_policy::kind::by_size_bytes; },
      [](auto& c) { c.retention.parameter = 1; },
      [](auto& c) { c.retention.maximum = 1; },
      [](auto& c) { c.tags.push_back("red"); },
      [](auto& c) { c.timestamp_aggregation_timeout_ms = 1; },
      [](auto& c) { c.rollover_size_bytes = 1; }};
  for (const auto& change : changes) {
    stream_config changed;
    change(changed);
    CHECK_FALSE(changed == stream_config{});
    stream_config again;
    change(again);
    CHECK(changed == again);
  }
}
