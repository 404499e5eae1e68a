// Parts of a stream that can be read apart from each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/event_slice.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/stream_cut.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Successive events of one segment. A plain value: any process can read the split, in parallel
/// with all others.
struct stream_split {
  segment in;
  /// The offset of the first event.
  std::int64_t from = 0;
  /// The offset after the last event.
  std::int64_t to = 0;
  friend auto operator<=>(const stream_split&, const stream_split&) = default;

  /// The events with their headers.
  [[nodiscard]] std::int64_t bytes() const noexcept { return to - from; }
  /// Whether the split can be read and serialized: a valid segment, `from` at least 0, `to`
  /// greater than `from` and at most 2^61 - 2.
  [[nodiscard]] result<void> check() const;
  /// A versioned binary form of this library. (The Java client has only Java's own
  /// serialization for its SegmentRange.) Empty if `check` fails.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;
  /// Parses the form of `to_bytes`. The error is invalid_argument.
  [[nodiscard]] static result<stream_split> from_bytes(byte_view bytes);
  /// "scope/stream/0.#epoch.0:from..to".
  [[nodiscard]] std::string to_string() const;
  /// Parses the form of `to_string`. The error is invalid_argument.
  [[nodiscard]] static result<stream_split> parse(std::string_view text);
};

/// The part of a stream from one cut to another. Without `from` it begins at the stream's head,
/// without `to` it ends at the present tail.
struct stream_range {
  std::optional<stream_cut> from;
  std::optional<stream_cut> to;
};

/// A part of a stream, cut into splits.
struct stream_splits {
  /// All events that are still stored, each in one split; sorted. There is at most one split
  /// for each segment, and none for a segment without events.
  std::vector<stream_split> splits;
  /// Events after the start cut that were truncated away; -1 as the end means the whole rest of
  /// a segment. None if the range begins at the stream's head.
  std::vector<segment_gap> gaps;
};

/// The part of the splits that a reader at `position` has not read yet; see
/// `stream_reader::position`.
[[nodiscard]] std::vector<stream_split> unread(const std::vector<stream_split>& splits,
                                               const stream_cut& position);

}  // namespace pravega_actor
