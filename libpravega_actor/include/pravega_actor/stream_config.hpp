// The configuration of a stream: its scaling and retention policies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The scaling policy of a stream. `fixed` uses `segments_min` only.
struct scaling_policy {
  enum class kind : std::uint8_t { fixed, by_kilobytes_per_s, by_events_per_s };
  kind type = kind::fixed;
  /// The load of a segment, in the unit of `type`, above which it is split.
  std::int32_t target_rate = 0;
  /// The number of segments that replace a split segment.
  std::int32_t scale_factor = 0;
  /// At least 1.
  std::int32_t segments_min = 1;
  friend bool operator==(const scaling_policy&, const scaling_policy&) = default;
};

/// The retention policy of a stream. `parameter` and `maximum` are in milliseconds or bytes.
struct retention_policy {
  enum class kind : std::uint8_t { none, by_time_ms, by_size_bytes };
  kind type = kind::none;
  /// The least that the stream keeps.
  std::int64_t parameter = 0;
  /// The most that the stream keeps if a consumer lags; 0: no limit.
  std::int64_t maximum = 0;
  friend bool operator==(const retention_policy&, const retention_policy&) = default;
};

/// The configuration of a stream, as the controller stores it.
struct stream_config {
  scaling_policy scaling;
  retention_policy retention;
  std::vector<std::string> tags;
  std::int64_t timestamp_aggregation_timeout_ms = 0;
  /// The size of the chunks in long-term storage; 0: the server's default.
  std::int64_t rollover_size_bytes = 0;
  friend bool operator==(const stream_config&, const stream_config&) = default;
};

}  // namespace pravega_actor
