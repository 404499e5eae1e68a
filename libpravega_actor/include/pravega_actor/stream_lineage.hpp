// The segments of a stream, now and since its creation.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/stream_cut.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// One segment of a stream as the segment store sees it. Offsets are in bytes.
struct segment_description {
  segment id;
  key_range range;
  std::int64_t start_offset = 0;
  std::int64_t write_offset = 0;
  bool sealed = false;
};

/// A stream as it is now.
struct stream_description {
  scoped_stream stream;
  stream_config config;
  bool sealed = false;
  /// Current segments, sorted by range; empty when the stream is sealed.
  std::vector<segment_description> segments;
  /// The beginning and the end of the stream. The tail of a sealed stream is the end of its
  /// last segments.
  stream_cut head;
  stream_cut tail;
};

/// A segment in the history of its stream.
struct lineage_segment {
  segment_id id;
  key_range range;
  /// The first epoch that has the segment.
  std::int32_t opened = 0;
  /// The first epoch that no longer has the segment; nothing while it accepts events. In a
  /// sealed stream the last segments close with the epoch after the last.
  std::optional<std::int32_t> closed;
  /// The part that is still stored; nothing if the segment was truncated away.
  struct extent {
    std::int64_t start_offset = 0;
    std::int64_t write_offset = 0;
    /// Milliseconds since 1970.
    std::int64_t last_modified_ms = 0;
    [[nodiscard]] std::int64_t bytes() const noexcept { return write_offset - start_offset; }
  };
  std::optional<extent> stored;
  /// The segments that it replaced, and those that replaced it; sorted.
  std::vector<segment_id> predecessors;
  std::vector<segment_id> successors;
  [[nodiscard]] bool live() const noexcept { return !closed; }
};

/// Every segment that a stream ever had.
struct stream_lineage {
  scoped_stream stream;
  bool sealed = false;
  /// Epochs so far; the current one (the last one of a sealed stream) is `epochs` - 1.
  std::int32_t epochs = 0;
  /// Sorted by the epoch in which they were opened, then by range.
  std::vector<lineage_segment> segments;
};

}  // namespace pravega_actor
