// Policies, segments and sizes as the command line writes them.
#pragma once

#include <string_view>
#include <vector>

#include "pravega_actor/stream_manager.hpp"

namespace pravega_actor::tool {

/// "fixed:4", "events:1000,2,4" or "kilobytes:500,2,4" (rate per segment and second, factor,
/// least number of segments).
[[nodiscard]] result<scaling_policy> parse_scaling(std::string_view text);
/// "none", "time:90m" (ms, s, m, h, d) or "size:10GB" (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB).
[[nodiscard]] result<retention_policy> parse_retention(std::string_view text);
[[nodiscard]] result<std::int64_t> parse_bytes(std::string_view text);

/// "3.1": number and epoch.
[[nodiscard]] std::string name_of(segment_id id);

/// Finds current segments by what users write: "3", "3.1" or "3.#epoch.1"; several with commas.
/// A number alone is enough, since no other segment of the stream has it.
[[nodiscard]] result<std::vector<segment_id>> parse_segments(
    std::string_view text, const std::vector<segment_with_range>& current);

}  // namespace pravega_actor::tool
