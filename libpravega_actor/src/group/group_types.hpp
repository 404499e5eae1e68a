// What the state of a reader group is made of, besides its configuration: segments with ranges,
// checkpoints.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "group/insertion_map.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/reader_group_config.hpp"

namespace pravega_actor::internal {

/// The range of a segment whose range nobody wrote down (Java: null).
inline constexpr key_range unknown_range{-1.0, -1.0};

/// A segment as a reader group knows it. Two of them are equal if name and range are.
struct group_segment {
  segment name;
  key_range range = unknown_range;
  friend bool operator==(const group_segment&, const group_segment&) = default;
  /// By name, then by range; ranges must not hold NaN.
  friend bool operator<(const group_segment& a, const group_segment& b);
};

/// Whether the range is unknown or lies within 0 and 1.
[[nodiscard]] bool valid_group_range(const key_range& range) noexcept;

/// The least lag, in milliseconds, that a group assumes of a reader.
inline constexpr std::int64_t assumed_lag_ms = 30'000;

/// Offsets in bytes by segment; -1: the segment is read to its end.
using segment_offsets = std::map<segment, std::int64_t>;
/// The same by segment with range.
using group_offsets = std::map<group_segment, std::int64_t>;
/// The same, in the order of insertion.
using ordered_offsets = insertion_map<group_segment, std::int64_t>;

/// The entry of a segment under any range, or null. Of several, the one with the lowest range.
[[nodiscard]] const group_segment* find_segment(const group_offsets& in, const segment& name);
[[nodiscard]] const group_segment* find_segment(const ordered_offsets& in, const segment& name);

/// The checkpoints of a group.
struct checkpoint_state {
  /// Ids in the order of creation. An id may be here without an entry below.
  std::vector<std::string> checkpoints;
  /// The readers that each incomplete checkpoint waits for.
  std::map<std::string, std::set<std::string>> waiting;
  /// The positions that each checkpoint has collected.
  std::map<std::string, segment_offsets> positions;
  /// The positions of the checkpoint that completed last; empty: none did.
  segment_offsets last_position;
  /// Whether those positions reached the controller as the group's retention cut.
  bool last_published = true;
  friend bool operator==(const checkpoint_state&, const checkpoint_state&) = default;
};

/// Whether readers complete the checkpoint without an event for the application.
[[nodiscard]] bool is_silent_checkpoint(std::string_view id) noexcept;

}  // namespace pravega_actor::internal
