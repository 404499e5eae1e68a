// The values that `reader_group_manager` takes and returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "pravega_actor/checkpoint.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/reader_group_config.hpp"
#include "pravega_actor/stream_cut.hpp"
#include "pravega_actor/stream_manager.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Where a new group begins in streams that have no starting cut.
enum class group_start : std::uint8_t { head, tail };

/// The outcome of `ensure_group`; it converts to `ensured`.
struct ensured_group {
  ensured outcome = ensured::existed;
  /// The present configuration of the group.
  reader_group_config config;
  /// Its differences from the requested one, for people; see `differences`.
  std::vector<std::string> differences;
  operator ensured() const noexcept { return outcome; }  // NOLINT: an outcome with details
};

/// The differences between two configurations in everything except id and generation, each in
/// the form "refresh time 3000 ms instead of 1000 ms".
[[nodiscard]] std::vector<std::string> differences(const reader_group_config& existing,
                                                   const reader_group_config& wanted);

/// Offsets in bytes by segment; -1: the segment is read to its end.
using group_positions = std::map<segment, std::int64_t>;

/// A cut for each stream that has something left to read.
using group_cuts = std::map<scoped_stream, stream_cut>;

/// A checkpoint that some readers have not passed yet.
struct outstanding_checkpoint {
  std::string name;
  /// Names of readers, sorted.
  std::vector<std::string> waits_for;
  friend bool operator==(const outstanding_checkpoint&,
                         const outstanding_checkpoint&) = default;
};

/// A reader group as its state describes it. The offset of a segment with a reader is that of
/// the last checkpoint that the reader passed, or that at which the reader took the segment. If
/// the reader died, others would continue there.
struct reader_group_description {
  scoped_group group;
  /// The configuration in the group's state, with id and generation.
  reader_group_config config;
  /// A reset is under way, or was interrupted. The next reset completes it.
  bool resetting = false;
  /// The online readers and their segments.
  std::map<std::string, group_positions> readers;
  /// Segments without a reader.
  group_positions unassigned;
  /// Segments that no reader may read yet, each with the predecessors to read before it.
  std::map<segment, std::vector<segment_id>> future;
  /// Incomplete checkpoints, requested and automatic ones, the oldest first.
  std::vector<outstanding_checkpoint> outstanding;
  /// A cut for each stream at the checkpoint that completed last; empty if none has completed.
  group_cuts last_checkpoint;
  /// The whole group has read everything up to its end cuts.
  bool end_of_data = false;
  /// Bytes of the state's log that a new reader reads.
  std::int64_t log_bytes = 0;
};

/// How many segments each online reader has.
struct segment_distribution {
  std::map<std::string, std::size_t> readers;
  std::size_t unassigned = 0;
  friend bool operator==(const segment_distribution&, const segment_distribution&) = default;
};

/// The place from which unread bytes count.
enum class unread_since : std::uint8_t {
  /// The places where the readers are now. A silent checkpoint asks for them, so every reader
  /// must answer.
  live_position,
  /// The checkpoint that completed last; without one, the offsets in the group's state. No
  /// reader needs to answer. Java's unreadBytes() counts in this way.
  last_checkpoint
};

/// What the group has not read of one segment.
struct unread_segment {
  segment of;
  /// "" for a segment that no reader has, also one that waits for its predecessors.
  std::string reader;
  std::int64_t bytes = 0;
  friend bool operator==(const unread_segment&, const unread_segment&) = default;
};
/// What a group has not read, up to the present ends of its segments or its end cuts. Bytes
/// that were truncated away do not count.
struct unread_bytes {
  std::int64_t total = 0;
  /// Online readers; the rest is under "".
  std::map<std::string, std::int64_t> by_reader;
  /// Sorted by segment. Includes segments without unread bytes, unless they are complete.
  std::vector<unread_segment> segments;
};

/// The place at which a group begins after a reset.
namespace reset_to {

/// The settings and starting cuts of this configuration; its id and generation do not count.
struct configuration {
  reader_group_config config;
  /// Where streams without a starting cut begin.
  group_start start = group_start::head;
};
/// The present settings, from this checkpoint of the group.
struct given_checkpoint {
  checkpoint at;
};
/// The present settings, from the checkpoint that completed last; without one, from the
/// group's starting cuts.
struct last_checkpoint {};

}  // namespace reset_to

/// Any of these places.
using reset_target = std::variant<reset_to::last_checkpoint, reset_to::given_checkpoint,
                                  reset_to::configuration>;

}  // namespace pravega_actor
