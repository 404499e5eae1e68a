// What the load of a stream's segments asks for: splits and merges.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "pravega_actor/names.hpp"
#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_sandbox {

/// What was ever written to an active segment.
struct segment_total {
  pravega_actor::segment_with_range segment;
  std::int64_t created_ms = 0;
  std::int64_t events = 0;
  std::int64_t bytes = 0;
};

/// The segments to seal and the ranges of those that replace them.
struct scale_wish {
  std::vector<pravega_actor::segment_id> sealed;
  std::vector<pravega_actor::key_range> ranges;
  friend bool operator==(const scale_wish&, const scale_wish&) = default;
};

/// Knows rates only by the growth of totals from one call to the next. No clock.
///
/// A segment above the target rate is split into as many parts as it has targets, at least 2
/// and at most the policy's factor (of which less than 2 counts as 2). Two neighbours that
/// together stay below half of the target become one, as long as the stream keeps its
/// minimum. A kilobyte is 1024 bytes.
class auto_scaler {
 public:
  /// `active` is sorted by range; all streams are to be shown, those with fixed policies, too.
  /// A segment that is younger than `window_ms` is left alone. Nothing if all may stay as it
  /// is.
  [[nodiscard]] std::optional<scale_wish> judge(const pravega_actor::scoped_stream& stream,
                                                const pravega_actor::scaling_policy& policy,
                                                const std::vector<segment_total>& active,
                                                std::int64_t now_ms, std::int64_t window_ms);
  void forget(const pravega_actor::scoped_stream& stream) { seen_.erase(stream); }

 private:
  struct sample {
    std::int64_t at_ms = 0;
    std::int64_t events = 0;
    std::int64_t bytes = 0;
  };
  using samples = std::map<pravega_actor::segment_id, sample>;

  std::map<pravega_actor::scoped_stream, samples> seen_;
};

}  // namespace pravega_sandbox
