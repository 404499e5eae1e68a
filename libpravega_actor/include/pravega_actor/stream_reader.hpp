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
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Begin with the oldest events that the stream still has.
struct read_from_head {};
/// Begin with what is written from now on, in the stream's current segments.
struct read_from_tail {};
/// A reader's start; a cut must be of the reader's stream. Segments whose offset in the cut is
/// -1 count as read.
using read_start = std::variant<read_from_head, read_from_tail, stream_cut>;

/// What to do when events were truncated away before they could be read.
enum class truncation_policy : std::uint8_t {
  /// Hand out a `segment_gap` and go on behind it.
  report_and_go_on,
  /// End the reader with segment_truncated, or segment_not_found if the segment is gone.
  fail,
};

struct reader_options {
  read_start start;
  /// Stop before this cut, in the segments that it names; its offsets must lie between events.
  /// What follows one of them is not read, also where the cut has gaps, and a start behind it
  /// is at its end.
  std::optional<stream_cut> end;
  truncation_policy on_truncation = truncation_policy::report_and_go_on;
  /// Bytes asked for in one read of a segment: 8 to limits::read_bytes_max.
  std::size_t request_bytes = limits::read_bytes_max;
  /// Slices of one segment that are fetched before they are asked for, at least 1. A slice
  /// smaller than 1/32 of `request_bytes` counts as 1/32 of a slice.
  std::size_t prefetch_slices = 2;
  /// Largest payload of an event; a larger one ends the reader with limit_exceeded.
  std::size_t event_payload_bytes_max = limits::large_event_payload_bytes_max;
};

struct reader_status {
  scoped_stream stream;
  /// "opening", "open", "ended" (every segment is read), "closed" or "failed".
  std::string state;
  /// Handed out so far.
  std::uint64_t slices = 0;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  struct segment_line {
    std::string segment;
    bool connected = false;
    /// The segment store that the segment is read from, or "".
    std::string peer;
    /// Where the next event to be handed out begins.
    std::int64_t offset = 0;
    std::size_t slices_waiting = 0;
    std::size_t bytes_waiting = 0;
  };
  /// The segments that are being read.
  std::vector<segment_line> segments;
  /// Memory for what waits, what is asked for and unfinished events; see
  /// limits::reader_bytes_max.
  std::size_t bytes_held = 0;
  /// Reads that segment stores have not answered, but for those at a segment's tail.
  std::vector<owed_line> owed;
  /// The last failure that the reader is recovering from, or has failed with; "" if none.
  std::string last_failure;
};

class slice_queue;

/// A handle on a reader. Copies refer to the same reader; all members may be called from any
/// thread; each item goes to one caller. When the last copy is gone, the reader closes by
/// itself.
///
/// Events of one segment come in their order. Segments take turns, so that none has to wait for
/// another. An item is consumed when the next one is taken, or the error that ends the reader,
/// or by `release()`, not by closing the reader: `position()` is where a new reader would go on
/// without losing or repeating one. With several takers at once it says nothing about the items
/// that the others have in hand.
class stream_reader {
 public:
  /// An empty handle: every call answers `closed`.
  stream_reader() = default;
  explicit stream_reader(std::shared_ptr<slice_queue> queue);

  /// The next item; waits for it, `timeout` at most. Nothing when the time is over. Errors end
  /// the reader: end_of_segment when every segment is read, `closed` after `close()`, else what
  /// went wrong. Not in an actor.
  result<std::optional<read_item>> next(duration timeout);
  /// The same without waiting.
  result<std::optional<read_item>> try_next();
  /// Calls back once when `try_next` has something to say, from a thread of the
  /// library; at once if it has already. The callback must not block.
  void when_readable(std::function<void()> ready);

  /// Everything that was handed out is consumed.
  void release();
  /// The start, moved on by everything that is consumed. Segments read to their end stand at
  /// their end.
  [[nodiscard]] stream_cut position() const;

  /// Ends the reader and drops what is fetched. Idempotent.
  void close();
  [[nodiscard]] reader_status status() const;
  [[nodiscard]] bool valid() const noexcept { return held_ != nullptr; }

 private:
  struct guard;
  [[nodiscard]] bool usable() const noexcept;
  std::shared_ptr<guard> held_;
};

}  // namespace pravega_actor
