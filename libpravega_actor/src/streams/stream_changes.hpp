// Operations that change scopes and streams.
#pragma once

#include <variant>
#include <vector>

#include "pravega_actor/stream_manager.hpp"
#include "streams/scale_machine.hpp"
#include "streams/stream_steps.hpp"

namespace pravega_actor::internal {

[[nodiscard]] step ensure_scope_there(const std::string& scope, const teller<ensured>& tell);
[[nodiscard]] step ensure_stream_there(const scoped_stream& stream, const stream_config& config,
                                       const teller<ensured_config>& tell);
[[nodiscard]] step delete_scope_there(const std::string& scope, const teller<bool>& tell);
[[nodiscard]] step seal_and_delete(const scoped_stream& stream, const teller<bool>& tell);
[[nodiscard]] step change_config(const scoped_stream& stream, const stream_change& change,
                                 const teller<stream_config>& tell);
[[nodiscard]] step truncate_at(const stream_cut& cut, const teller<void>& tell);

/// What a scale shall do.
struct scale_by_ranges {
  std::vector<segment_id> sealed;
  std::vector<key_range> ranges;
};
struct scale_by_split {
  segment_id which;
  std::int32_t parts = 2;
};
struct scale_by_merge {
  std::vector<segment_id> which;
};
struct scale_to_count {
  std::int32_t segments = 1;
};
using scale_wish =
    std::variant<scale_by_ranges, scale_by_split, scale_by_merge, scale_to_count>;

/// The sealed segments and new ranges of a wish, checked against the current segments:
/// invalid_argument says what does not fit; stream_sealed when there are none.
[[nodiscard]] result<scale_by_ranges> plan_scale(
    const scale_wish& wish, const std::vector<segment_with_range>& current);

struct scale_timing {
  retry_policy pauses;
  time_point deadline;
  std::int64_t wall_clock_ms = 0;
};
[[nodiscard]] step scale_there(const scoped_stream& stream, const scale_wish& wish,
                               const scale_timing& timing, const teller<stream_scaled>& tell);

}  // namespace pravega_actor::internal
