// One stream as the controller sees it: configuration, segments, epochs and the truncation cut.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "controller/cut_index.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_sandbox {

namespace controller = pravega_actor::controller;
using pravega_actor::errc;
using pravega_actor::key_range;
using pravega_actor::result;
using pravega_actor::scoped_stream;
using pravega_actor::segment_id;
using pravega_actor::segment_with_range;
using pravega_actor::stream_config;

/// Offsets by segment: the inner part of a stream cut.
using cut_offsets = std::map<segment_id, std::int64_t>;

/// The graph of a stream's segments. It knows no segment store: the code that changes the graph
/// also creates, seals and deletes the segments.
class stream_record {
 public:
  /// limit_exceeded if there are not so many numbers left.
  [[nodiscard]] static result<void> check_creation(const stream_config& config,
                                                   std::int32_t first_number);
  /// segments_min segments in epoch 0, of equal ranges, numbered from `first_number` on.
  explicit stream_record(stream_config config, std::int32_t first_number = 0);

  [[nodiscard]] const stream_config& config() const noexcept { return config_; }
  void set_config(stream_config config) { config_ = std::move(config); }
  /// Whether the configuration asks for another number of segments: a fixed one for just its
  /// number, another for no fewer.
  [[nodiscard]] bool wants_other_count() const;
  /// What a stream of the same name goes on with: numbers are never used again.
  [[nodiscard]] std::int32_t next_number() const noexcept { return next_number_; }
  [[nodiscard]] bool sealed() const noexcept { return sealed_; }
  void seal() { sealed_ = true; }

  [[nodiscard]] std::int32_t epoch() const noexcept {
    return static_cast<std::int32_t>(epochs_.size()) - 1;
  }
  /// Sorted by range; empty when the stream is sealed.
  [[nodiscard]] std::vector<segment_with_range> active() const;
  /// Null if there is no such epoch.
  [[nodiscard]] const std::vector<segment_with_range>* epoch_segments(std::int32_t epoch) const;
  [[nodiscard]] bool is_active(segment_id id) const;
  [[nodiscard]] bool knows(segment_id id) const { return segments_.count(id) != 0; }
  /// All segments that were neither truncated away nor deleted.
  [[nodiscard]] std::vector<segment_id> existing() const;
  /// Empty for active and unknown segments.
  [[nodiscard]] std::vector<controller::successor> successors_of(segment_id id) const;

  /// Replaces `sealed` by new segments of the given ranges in a new epoch. invalid_argument if
  /// the ranges do not fit, precondition_failed if the stream's state does not allow it.
  result<controller::scale_started> scale(const std::vector<segment_id>& sealed,
                                          const std::vector<key_range>& ranges);

  /// Replaces all active segments by as many of equal ranges as the configuration wants.
  result<controller::scale_started> scale_to_config();

  /// The epoch that this one is a copy of, or the epoch itself. Only for epochs that exist.
  [[nodiscard]] std::int32_t reference_of(std::int32_t epoch) const {
    return references_[static_cast<std::size_t>(epoch)];
  }
  /// New segments for transactions of an earlier epoch.
  struct rolled_epochs {
    /// Of the earlier epoch, to be sealed at once.
    std::vector<segment_with_range> copies;
    /// Of those that were active.
    std::vector<segment_with_range> active;
  };
  /// Opens two epochs: copies of an existing epoch's segments replace all active ones, then
  /// copies of the active ones replace these. Copies keep their numbers. stream_sealed, or
  /// precondition_failed if there is no room.
  result<rolled_epochs> roll(std::int32_t epoch);

  /// What it takes without its name: an estimate of what is allocated.
  [[nodiscard]] std::size_t metadata_bytes() const noexcept;
  /// The configuration's part of it.
  [[nodiscard]] static std::size_t metadata_bytes(const stream_config& config) noexcept;

  /// Where the stream begins.
  [[nodiscard]] const cut_offsets& head() const noexcept { return head_; }
  /// Whether the segments are known and cover every routing position once.
  [[nodiscard]] bool is_complete(const cut_offsets& cut) const;
  /// Whether no place of `cut` lies before `base`; all its segments are known.
  [[nodiscard]] bool is_after(const cut_offsets& cut, const cut_offsets& base) const;
  [[nodiscard]] bool is_after_head(const cut_offsets& cut) const {
    return is_after(cut, head_);
  }
  /// The earliest place of several complete cuts for each routing position. Empty if these
  /// places are no complete cut.
  [[nodiscard]] cut_offsets earliest_of(const std::vector<cut_offsets>& cuts) const;
  /// Moves the head to a complete cut that is not before it; returns the segments that are now
  /// gone.
  std::vector<segment_id> truncate(const cut_offsets& cut);
  /// Segments from one cut to the other, both included and also those that were truncated
  /// away; an empty `from` is the first epoch, an empty `to` the tail.
  [[nodiscard]] std::vector<segment_id> between(const cut_offsets& from,
                                                const cut_offsets& to) const;

 private:
  struct segment_record {
    key_range range;
    /// The last epoch it belongs to.
    std::int32_t last_epoch = 0;
  };
  void open_epoch(std::vector<segment_with_range> segments);
  void open_copy(std::int32_t of);
  [[nodiscard]] result<void> check_scale(const std::vector<segment_id>& sealed,
                                         const std::vector<key_range>& ranges) const;
  /// Whether there is room for `added` new numbers in `epochs` new ones of `count` segments in
  /// all.
  [[nodiscard]] result<void> check_room(std::size_t added, std::size_t count,
                                        std::size_t epochs = 1) const;
  [[nodiscard]] std::vector<segment_id> predecessors_of(const segment_with_range& of) const;
  [[nodiscard]] cut_index index_of(const cut_offsets& cut) const;
  [[nodiscard]] cut_offsets earlier_of(const cut_offsets& a, const cut_offsets& b) const;

  stream_config config_;
  bool sealed_ = false;
  std::int32_t next_number_ = 0;
  std::map<segment_id, segment_record> segments_;
  std::set<segment_id> existing_;
  std::vector<std::vector<segment_with_range>> epochs_;
  std::vector<std::int32_t> references_;
  /// In all epochs together.
  std::size_t epoch_segments_ = 0;
  cut_offsets head_;
};

}  // namespace pravega_sandbox
