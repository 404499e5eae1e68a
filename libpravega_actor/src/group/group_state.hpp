// The state of a reader group, as every member of the group computes it from the same entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "group/group_updates.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_cut.hpp"

namespace pravega_actor::internal {

/// The replicated state of a reader group. It is a plain value without lock, clock or revision;
/// the synchronizer counts revisions. Names of readers and checkpoints are texts as in
/// group_updates.hpp.
class group_state {
 public:
  /// The state after an initial update. The error is precondition_failed for any other update,
  /// and for an init without segments.
  [[nodiscard]] static result<group_state> create(const group_update& initial);

  /// Applies one update. An update that does not fit the state is refused with
  /// precondition_failed, and the state stays as it was. Members write updates only under the
  /// condition that nobody wrote in between, so a refusal means that the group is corrupt.
  [[nodiscard]] result<void> apply(const group_update& update);
  /// Applies all or none. The error names the index and the type of the update. A list of
  /// several updates costs a copy of the state.
  [[nodiscard]] result<void> apply(const std::vector<group_update>& updates);

  /// The whole state: what compaction writes, and what `create` takes back.
  [[nodiscard]] const group_snapshot& content() const noexcept { return content_; }

  [[nodiscard]] const reader_group_config& config() const noexcept { return content_.config; }
  /// Whether a reset of the configuration is under way.
  [[nodiscard]] bool config_is_changing() const noexcept { return content_.updating_config; }

  /// The online readers, in the order of their names.
  [[nodiscard]] std::vector<std::string> readers() const;
  [[nodiscard]] bool is_online(const std::string& reader) const;
  /// The segments of a reader; null if it is offline.
  [[nodiscard]] const group_offsets* assigned(const std::string& reader) const;
  /// The segments without a reader, the one that waits longest first.
  [[nodiscard]] const ordered_offsets& unassigned() const noexcept {
    return content_.unassigned;
  }
  /// Segments that wait for predecessors, with those predecessors' ids.
  [[nodiscard]] const std::map<group_segment, std::set<std::int64_t>>& future() const noexcept {
    return content_.future_segments;
  }
  /// Segments that are assigned or unassigned.
  [[nodiscard]] std::size_t segments() const noexcept;
  /// Whether everything up to the end cuts is read: no segment is left.
  [[nodiscard]] bool is_end_of_data() const noexcept;
  /// Where reading of a segment ends, in bytes; 2^63 - 1: at its own end.
  [[nodiscard]] std::int64_t end_offset(const segment& of) const;
  /// Whether the configured end of reading lies in this segment.
  [[nodiscard]] bool is_end_segment(const segment& of) const;
  /// Roughly how far each segment is read; for watermarks.
  [[nodiscard]] const group_offsets& last_read() const noexcept { return content_.last_read; }
  /// The stored offsets of all segments as cuts: where readers would continue after a crash.
  [[nodiscard]] std::map<scoped_stream, stream_cut> stream_cuts() const;

  /// The checkpoints that wait for the reader, the oldest first.
  [[nodiscard]] std::vector<std::string> checkpoints_for(const std::string& reader) const;
  /// The first of them; nothing if there is none.
  [[nodiscard]] std::optional<std::string> checkpoint_for(const std::string& reader) const;
  /// Whether this checkpoint waits for the reader.
  [[nodiscard]] bool owes(const std::string& reader, const std::string& checkpoint) const;
  /// Whether any checkpoint waits for a reader.
  [[nodiscard]] bool has_ongoing_checkpoint() const noexcept;
  /// The checkpoints that are incomplete and not silent, oldest first.
  [[nodiscard]] std::vector<std::string> outstanding_checkpoints() const;
  /// Whether no reader has to confirm it; also true for ids that the group does not know.
  [[nodiscard]] bool is_complete(const std::string& checkpoint) const;
  /// The positions of a complete checkpoint; null if it is incomplete or not known.
  [[nodiscard]] const segment_offsets* positions(const std::string& checkpoint) const;
  /// The positions of a complete checkpoint that a later one cleared: whoever waits for a
  /// checkpoint may look too late. Only this copy of the state knows them, and only of the last
  /// `cleared_checkpoints_kept`; null for others.
  [[nodiscard]] const segment_offsets* cleared_positions(const std::string& checkpoint) const;
  static constexpr std::size_t cleared_checkpoints_kept = 16;
  /// The positions of the checkpoint that completed last; empty if none did.
  [[nodiscard]] const segment_offsets& last_checkpoint() const noexcept {
    return content_.checkpoints.last_position;
  }
  /// Whether the controller knows those positions.
  [[nodiscard]] bool is_last_checkpoint_published() const noexcept {
    return content_.checkpoints.last_published;
  }

  /// What a copy remembers of cleared checkpoints is not part of the replicated state.
  friend bool operator==(const group_state& a, const group_state& b) {
    return a.content_ == b.content_;
  }

 private:
  explicit group_state(group_snapshot content) : content_{std::move(content)} {}
#define X(name) [[nodiscard]] result<void> on(const name& update);
  PRAVEGA_ACTOR_GROUP_UPDATES(X)
#undef X
  [[nodiscard]] result<void> check_owner(const std::string& reader) const;
  void confirm(const std::string& checkpoint, const std::string& reader,
               const segment_offsets& positions);
  void remember(const std::string& checkpoint);

  struct cleared_checkpoint {
    std::string id;
    segment_offsets positions;
  };

  group_snapshot content_;
  // The latest last. Shared, because states are copied for each list of updates.
  std::deque<std::shared_ptr<const cleared_checkpoint>> cleared_;
};

/// Positions as one cut for each stream.
[[nodiscard]] std::map<scoped_stream, stream_cut> cuts_of(const segment_offsets& positions);

}  // namespace pravega_actor::internal
