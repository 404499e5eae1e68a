// How the segments of a group are shared among its readers: evenly by number, in a way that
// readers of Pravega's Java client can share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "group/group_state.hpp"

namespace pravega_actor::internal {

/// The load of each online reader: its segments times its distance to the tail, in units of the
/// largest distance of a reader that holds something. A reader without segments has 0.
[[nodiscard]] std::map<std::string, double> relative_sizes(const group_state& state);

/// The place of a reader among all by load: 0 has the most, readers - 1 the least. Readers with
/// equal loads are ranked by name. -1 for an offline reader.
[[nodiscard]] int load_rank(const group_state& state, const std::string& reader);

/// The number of segments of each reader in an even distribution is `least` or `most`, which
/// differ by one at most. All zeros without readers.
struct even_shares {
  std::size_t least = 0;
  std::size_t most = 0;
};
[[nodiscard]] even_shares shares_of(const group_state& state);

/// How many unassigned segments an online reader should take: what it lacks of the least even
/// share, and at least one, since nobody else might take it. 0 if there are none or the reader
/// is offline.
[[nodiscard]] std::size_t segments_to_acquire(const group_state& state,
                                              const std::string& reader);

/// Whether a reader lacks segments, and there are free ones even if all readers with fewer
/// segments take theirs first.
[[nodiscard]] bool is_next_to_acquire(const group_state& state, const std::string& reader);

/// How many segments a reader should give back: what exceeds the largest even share, and one
/// more if others still lack segments then and the reader is among the first by name that can
/// spare one. 0 for an offline reader.
[[nodiscard]] std::size_t surplus_of(const group_state& state, const std::string& reader);

/// The segments that a reader should give back, as many as `surplus_of`, in this order. Java
/// compares loads instead of numbers, and gives back one segment at a time; a reader may give
/// back any segment, so both rules fit together in one group. Different readers prefer
/// different segments, by a hash.
[[nodiscard]] std::vector<group_segment> segments_to_release(const group_state& state,
                                                             const std::string& reader);

/// Whether there are segments to release.
[[nodiscard]] bool holds_too_many(const group_state& state, const std::string& reader);

/// The distance that a reader reports, in milliseconds: the wall clock if another reader with
/// segments reports such a large one, and 0 if the others do not. A reader alone reports as
/// Java does: the wall clock once it has read an event, and 0 before. Java's readers compare
/// their loads, which are proportional to these distances. A true lag would make our load
/// nearly 0 beside theirs, and the whole group would drain to us; a wall clock beside readers
/// that have read nothing would keep them from giving anything back.
[[nodiscard]] std::int64_t reported_distance_ms(const group_state& state,
                                                const std::string& reader,
                                                std::int64_t wall_clock_ms, bool has_read);

/// What a member writes in one entry, under the condition that nobody wrote since `state`;
/// nothing to write if it is empty. Each is computed again after a lost race.

/// Takes the reader's share of the unassigned segments, the longest waiting first. Empty if the
/// reader is offline or owes a checkpoint.
[[nodiscard]] std::vector<group_update> acquisition(const group_state& state,
                                                    const std::string& reader,
                                                    std::int64_t distance_ms);

/// Gives a segment back; `next_unread` is the offset of the next unread byte. Empty unless the
/// reader still holds the segment and owes no checkpoint.
[[nodiscard]] std::vector<group_update> release(const group_state& state,
                                                const std::string& reader,
                                                const segment& released,
                                                std::int64_t next_unread,
                                                std::int64_t distance_ms);

/// Reports a segment that the reader has read to its end. `successors` come with all their
/// predecessors; they do not count behind a configured end. Empty unless the reader still holds
/// the segment and owes no checkpoint.
[[nodiscard]] std::vector<group_update> completion(
    const group_state& state, const std::string& reader, const segment& completed,
    std::map<group_segment, std::set<std::int64_t>> successors);

/// Confirms a checkpoint at these positions. Empty unless it waits for the reader.
[[nodiscard]] std::vector<group_update> confirmation(const group_state& state,
                                                     const std::string& reader,
                                                     const std::string& checkpoint,
                                                     const segment_offsets& positions);

/// Begins an automatic checkpoint with a fresh id. Empty while another one is under way.
[[nodiscard]] std::vector<group_update> automatic_checkpoint(const group_state& state,
                                                             const uuid& fresh);

/// Begins a checkpoint that the application asks for. The error is limit_exceeded while as many
/// are incomplete as the group's configuration allows.
[[nodiscard]] result<std::vector<group_update>> requested_checkpoint(const group_state& state,
                                                                     const std::string& id);

/// Whether a segment at this offset is read to the end already when it is acquired.
[[nodiscard]] bool is_read_to_end(const group_state& state, const segment& acquired,
                                  std::int64_t offset);

/// Whether the positions of the last checkpoint should become the streams' retention cut.
[[nodiscard]] bool should_publish_checkpoint(const group_state& state);

}  // namespace pravega_actor::internal
