// Configurations of streams: policies by name, checks, differences.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/limits.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_config.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A configuration with a fixed number of segments.
[[nodiscard]] stream_config fixed_segments(std::int32_t segments);

/// Splits a segment into `factor` parts if it gets more than `rate` events per second for
/// minutes, and merges neighbours that get much less, down to `segments_min` segments.
[[nodiscard]] scaling_policy scale_by_events(std::int32_t rate, std::int32_t factor,
                                             std::int32_t segments_min);
/// The same for kilobytes (1024 bytes) per second.
[[nodiscard]] scaling_policy scale_by_kilobytes(std::int32_t rate, std::int32_t factor,
                                                std::int32_t segments_min);
/// Keeps events that are not older than `age` (whole milliseconds). The server truncates older
/// ones, every 30 minutes by default.
[[nodiscard]] retention_policy retain_time(duration age);
/// Keeps at least the newest `bytes`.
[[nodiscard]] retention_policy retain_bytes(std::int64_t bytes);

/// Whether a server would accept the configuration: at least one segment, rate and factor for
/// policies that scale, a positive age or size to retain, tags within their limits. The error
/// is invalid_argument and names the part.
[[nodiscard]] result<void> check(const stream_config& config);

/// The differences, a phrase for each part: "segments 3 instead of 5". Empty if both mean the
/// same: the order of tags and the unused values of a policy do not count.
[[nodiscard]] std::vector<std::string> differences(const stream_config& existing,
                                                   const stream_config& wanted);

/// For people: "4 fixed", "by 1000 events/s, factor 2, at least 4".
[[nodiscard]] std::string to_string(const scaling_policy& policy);
/// For people: "everything", "1h30m", "500000 bytes".
[[nodiscard]] std::string to_string(const retention_policy& policy);

/// Changes to a configuration; the rest stays as it is.
struct stream_change {
  std::optional<scaling_policy> scaling;
  std::optional<retention_policy> retention;
  std::vector<std::string> add_tags;
  std::vector<std::string> remove_tags;
  std::optional<std::int64_t> rollover_size_bytes;
  [[nodiscard]] bool empty() const noexcept {
    return !scaling && !retention && add_tags.empty() && remove_tags.empty() &&
           !rollover_size_bytes;
  }
  /// The configuration after the change.
  [[nodiscard]] stream_config apply_to(stream_config config) const;
};

}  // namespace pravega_actor
