// Reads the events of a stream's segments.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pravega_actor/event_slice.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/owed_line.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_cut.hpp"
#include "pravega_actor/stream_split.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Start with the oldest events that the stream still has.
struct read_from_head {};
/// Start with events written from now on, in the stream's current segments.
struct read_from_tail {};
/// The start of a reader.
/// - A cut must belong to the reader's stream. A segment with offset -1 counts as read.
/// - Splits must belong to the reader's stream, at most one for each segment. The reader reads
///   exactly them: no successors, and no end cut besides.
using read_start =
    std::variant<read_from_head, read_from_tail, stream_cut, std::vector<stream_split>>;

/// What a reader does if events were truncated away before it could read them.
enum class truncation_policy : std::uint8_t {
  /// Hand out a `segment_gap` and continue after it.
  report_and_go_on,
  /// End the reader with segment_truncated, or segment_not_found if the segment is gone.
  fail,
  /// For readers of groups only: begin the whole group anew, this stream at its head and the
  /// others at the last checkpoint, or at the group's start without one. All readers end with
  /// reader_offline. Events after the head are read again, even if they were processed: for
  /// applications that rebuild their results after a loss. A group that reads more slowly than
  /// its stream is truncated begins anew each time.
  reset_group,
};

/// Where a reader begins and ends, and how much it fetches ahead.
struct reader_options {
  read_start start;
  /// Stop at this cut, in the segments that it names; its offsets must lie between events. The
  /// successors of these segments are not read, even if the cut has gaps. A reader that starts
  /// after the cut ends at once.
  std::optional<stream_cut> end;
  truncation_policy on_truncation = truncation_policy::report_and_go_on;
  /// Bytes requested in one read of a segment: 8 to limits::read_bytes_max.
  std::size_t request_bytes = limits::read_bytes_max;
  /// Slices of one segment to prefetch, at least 1. A slice smaller than 1/32 of
  /// `request_bytes` counts as 1/32 of a slice.
  std::size_t prefetch_slices = 2;
  /// Largest payload of an event; a larger one ends the reader with limit_exceeded.
  std::size_t event_payload_bytes_max = limits::large_event_payload_bytes_max;
};

/// What a reader does at a moment.
struct reader_status {
  scoped_stream stream;
  /// "opening", "open", "ended" (every segment is read), "closed" or "failed".
  std::string state;
  /// Slices, events and bytes handed out so far.
  std::uint64_t slices = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  struct segment_line {
    std::string segment;
    bool connected = false;
    /// The segment store that serves the segment, or "".
    std::string peer;
    /// The offset of the next event to be handed out.
    std::int64_t offset = 0;
    std::size_t slices_waiting = 0;
    std::size_t bytes_waiting = 0;
  };
  /// The segments that are being read.
  std::vector<segment_line> segments;
  /// Memory for waiting data, requested bytes and partial events; see limits::reader_bytes_max.
  std::size_t bytes_held = 0;
  /// For a reader that is used by messages: the numbers of the last item delivered and of the
  /// last one released, and the memory of the items between; see
  /// limits::reader_unreleased_bytes_max. Otherwise 0.
  std::uint64_t last_delivered = 0;
  std::uint64_t last_released = 0;
  std::size_t unreleased_bytes = 0;
  /// Reads that segment stores have not answered, except those at a segment's tail.
  std::vector<owed_line> owed;
  /// The failure that the reader is recovering from, or has failed with; "" if none.
  std::string last_failure;
};

namespace internal {
class access;
class slice_queue;
}  // namespace internal

/// A handle on a reader. Copies refer to the same reader. Any thread may call any member; each
/// item goes to one caller. When the last copy is gone, the reader closes by itself.
///
/// Events of one segment come in order. Segments take turns, so none waits for another.
///
/// Taking the next item, or the error that ends the reader, consumes the item before it; so
/// does `release()`. Closing the reader consumes nothing. A new reader that starts at
/// `position()` neither skips nor repeats an item. If several threads take items, the position
/// says nothing about the items that the other threads have in hand.
class stream_reader {
 public:
  /// An empty handle: every call returns `closed`.
  stream_reader() = default;

  /// The next item; waits for it for up to `timeout`, then returns nothing. Errors end the
  /// reader: end_of_segment after every segment is read, `closed` after `close()`, otherwise
  /// the failure. Not for actors.
  result<std::optional<read_item>> next(duration timeout);
  /// The same without waiting.
  result<std::optional<read_item>> try_next();
  /// Calls back once when `try_next` has an item or an error: at once, or later from a thread
  /// of the library. The callback must not block.
  void when_readable(std::function<void()> ready);

  /// Consumes everything that was handed out.
  void release();
  /// The start of the reader, advanced by everything consumed. A finished segment stays in it,
  /// at its end, until its successors replace it.
  [[nodiscard]] stream_cut position() const;

  /// Ends the reader and drops fetched items. Idempotent.
  void close();
  [[nodiscard]] reader_status status() const;
  [[nodiscard]] bool valid() const noexcept { return held_ != nullptr; }

 private:
  friend class internal::access;
  struct guard;
  explicit stream_reader(std::shared_ptr<internal::slice_queue> queue);
  [[nodiscard]] bool usable() const noexcept;
  std::shared_ptr<guard> held_;
};

}  // namespace pravega_actor
