// Reads a stream together with the other readers of a group: each event goes to one of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "pravega_actor/event_slice.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/position.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_reader.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// How a reader of a group reads.
struct event_reader_options {
  /// How long the reader leaves segments to others after it has joined; at least 0. When many
  /// readers start together, a delay keeps the first one from taking all segments, only to give
  /// most of them back.
  duration initial_allocation_delay{0};
  /// Give segments back whenever the load is uneven. False: only after a checkpoint, as Java
  /// does; rebalancing then takes as long as the interval of checkpoints. Readers of one group
  /// may use different values.
  bool release_between_checkpoints = false;
  /// Declare a reader of the group offline when it has reported nothing for this time; 0:
  /// never. Use it only if all readers of the group are of this library and have a lease: other
  /// readers report too rarely. The group reads again what the dead reader had processed since
  /// the last checkpoint. A living reader that is declared offline by mistake notices this and
  /// ends with reader_offline. In large groups the time is longer: each of n readers reports
  /// every n + 1 seconds, and may miss four reports.
  duration lease{0};
  truncation_policy on_truncation = truncation_policy::report_and_go_on;
  /// Bytes requested in one read of a segment: 8 to limits::read_bytes_max.
  std::size_t request_bytes = limits::read_bytes_max;
  /// Slices of one segment to prefetch, at least 1; see `reader_options`.
  std::size_t prefetch_slices = 2;
  /// Largest payload of an event; a larger one ends the reader with limit_exceeded.
  std::size_t event_payload_bytes_max = limits::large_event_payload_bytes_max;
};

/// A checkpoint of the group, in its place among a reader's items. Its release says that
/// everything before it is processed; the group then knows the reader's part of the checkpoint.
struct checkpoint_mark {
  std::string name;
  friend bool operator==(const checkpoint_mark&, const checkpoint_mark&) = default;
};

/// One item of a reader of a group.
using event_item = std::variant<event_slice, segment_end, segment_gap, checkpoint_mark>;

/// What a reader of a group does at a moment.
struct event_reader_status {
  scoped_group group;
  std::string reader;
  /// "joining", "member", "finished" (the group has read everything), "left" or "failed".
  std::string state;
  /// How it reads its segments.
  reader_status reading;
  /// Readers that are online, and segments that no reader holds, as this reader knows them.
  std::size_t group_readers = 0;
  std::size_t unassigned_segments = 0;
  /// The name of the checkpoint that the application has and has not released; "" if there is
  /// none.
  std::string checkpoint;
};

namespace internal {
class access;
class item_feed;
}  // namespace internal

/// A handle on a reader of a group, for threads; actors use `event_reader_handle`. Copies refer
/// to the same reader. Any thread may call any member; each item goes to one caller. When the
/// last copy is gone, the reader leaves the group by itself.
///
/// Events of one segment come in order, and the events of its successors come after them. Each
/// event goes to one reader of the group. If a reader dies, other readers get what it had not
/// released, and only that.
///
/// Taking the next item releases the items before it; so does `release()`. If several threads
/// take items, release them with `release_through` only.
class event_reader {
 public:
  struct numbered_item {
    std::uint64_t number = 0;
    event_item item;
  };

  /// An empty handle: every call returns `closed`.
  event_reader() = default;

  /// The next item; waits for it for up to `timeout`, then returns nothing. Releases what was
  /// taken before. Errors end the reader: end_of_segment after the whole group has read
  /// everything, `closed` after `close()`, reader_offline if the reader was declared dead or
  /// its group was reset, otherwise the failure. Not for actors.
  [[nodiscard]] result<std::optional<event_item>> next(duration timeout);
  /// The same without releasing anything.
  [[nodiscard]] result<std::optional<numbered_item>> take(duration timeout);
  /// Everything that was taken is processed.
  void release();
  /// This item and all items before it are processed.
  void release_through(std::uint64_t number);
  /// Gives the segment of a slice back to the group at `offset`: the events of the slice before
  /// it are processed, the rest is not. Do not process later slices of this segment that were
  /// taken already. Errors: invalid_argument for a number that is already released or is not
  /// that of a slice, and for an offset outside of the slice.
  [[nodiscard]] result<void> give_back(std::uint64_t number, std::int64_t offset,
                                       duration timeout);

  /// The position after everything released. Waits for the reader's actor for up to `timeout`.
  [[nodiscard]] result<position> released_position(duration timeout) const;
  [[nodiscard]] result<event_reader_status> status(duration timeout) const;

  /// Leaves the group, which continues at the released position. Waits for up to `timeout`
  /// until the reader has left. If the time is not enough, the reader leaves later. Idempotent.
  result<void> close(duration timeout);
  [[nodiscard]] bool valid() const noexcept { return held_ != nullptr; }

 private:
  friend class internal::access;
  struct guard;
  explicit event_reader(std::shared_ptr<internal::item_feed> feed);
  std::shared_ptr<guard> held_;
};

}  // namespace pravega_actor
