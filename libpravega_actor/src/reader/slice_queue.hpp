// Everything that a reader's consumers and actors share: its segments, their order, its
// positions.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "host/owed_board.hpp"
#include "pravega_actor/stream_reader.hpp"
#include "read/read_channel.hpp"
#include "reader/consumer_waiters.hpp"
#include "reader/reading_positions.hpp"
#include "reader/ready_queue.hpp"

namespace pravega_actor::internal {

/// What the stream reader actor wants to know. Called without the lock.
struct slice_queue_hooks {
  /// The end of this segment was handed out.
  std::function<void(const segment_end&)> segment_ended;
  /// `close` was called, or the reader failed. Once.
  std::function<void()> ended;
};

/// A segment with which another reader goes on.
struct taken_segment {
  segment of;
  /// Everything before `at.next` was handed out. Of that, what is not consumed is still in the
  /// consumer's hand; releasing it has no effect any more.
  reading_position::place at;
  /// What was fetched and not handed out, in order: items that begin at `at.next`, without a
  /// gap. An error, which is the last, ended the reading.
  std::deque<read_outcome> rest;
};

/// Thread-safe. Survives every actor of its reader but the reader itself. Segments, of one
/// stream or of several, take turns when they have something to hand out. They come, end, and
/// may be taken away.
///
/// What a call leaves to be done without the lock is a value, an `after_lock`, which `deliver`
/// carries out.
class slice_queue final : public read_owner, public owed_source {
 public:
  /// `bytes_max`: see limits::reader_bytes_max.
  explicit slice_queue(scoped_stream stream, std::size_t bytes_max = limits::reader_bytes_max)
      : slice_queue{std::vector{std::move(stream)}, bytes_max} {}
  /// `streams`: one or more.
  explicit slice_queue(std::vector<scoped_stream> streams,
                       std::size_t bytes_max = limits::reader_bytes_max)
      : streams_{std::move(streams)}, ready_{bytes_max}, positions_{streams_} {}

  // By the actor:
  void open(slice_queue_hooks hooks);
  /// Adds a segment that is read from `offset` on.
  void add(std::shared_ptr<read_channel> channel, std::int64_t offset);
  /// A segment that has nothing to read; its end is handed out.
  void add_ended(const segment_end& at);
  /// Segments of a stream that are read to their end make place for their successors, which are
  /// read from their beginning: one step of the stream's position, which waits for the release
  /// of what is handed out of the stream already.
  void advance(const scoped_stream& in, const std::vector<segment_id>& gone,
               const std::vector<std::shared_ptr<read_channel>>& next);
  /// Nothing of the segment is handed out any more, and its segment reader ends. Also after the
  /// reader has ended. None: the queue does not have the segment, or its successors have taken
  /// its place. May throw std::bad_alloc; then nothing has changed. Lack of memory for what
  /// follows ends the reader, which keeps its positions.
  [[nodiscard]] std::optional<taken_segment> take_away(const segment& which);
  /// No segment will be added any more: when everything is handed out, end_of_segment follows.
  void finish();
  /// Ends the reader.
  void fail(const error& reason);

  // By consumers:
  /// Takes the next item, or the reader's failure; what was handed out before is consumed.
  [[nodiscard]] result<std::optional<read_item>> try_take();
  /// Calls back once; returns a number for `forget`, or 0 when it was called at once.
  std::uint64_t when_readable(std::function<void()> ready);
  void forget(std::uint64_t waiter);
  void release();
  /// In the first stream.
  [[nodiscard]] stream_cut position() const;
  /// In each stream, in the order of their names.
  [[nodiscard]] std::vector<stream_cut> positions() const;
  /// Why nothing more is handed out, if that is so. Consumes nothing.
  [[nodiscard]] std::optional<error> failure() const;
  [[nodiscard]] reader_status status() const;
  void close();
  void add_owed(std::vector<owed_line>& to) const override;

  // read_owner
  [[nodiscard]] checked_mutex& mutex() const override PRAVEGA_ACTOR_RETURNS_LOCK(guard) {
    return mutex_;
  }
  void account(const read_channel& channel, const read_flow::changes& what) noexcept override
      PRAVEGA_ACTOR_REQUIRES(guard);
  void collect_consumers(waiting_consumers& to) noexcept override PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] std::size_t grant(const read_channel& channel,
                                  std::size_t wanted) noexcept override
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] bool claim(const read_channel& channel,
                           std::size_t event_bytes) noexcept override
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] std::optional<event_begins> next_event() noexcept override
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] std::shared_ptr<read_channel> next_refused() noexcept override
      PRAVEGA_ACTOR_REQUIRES(guard);

 private:
  enum class state : std::uint8_t { opening, open, ended, failed, closed };
  using outcome = result<std::optional<read_item>>;
  using channel_pointer = std::shared_ptr<read_channel>;
  struct after_lock {
    waiting_consumers wakes;
    /// The item that was taken is the end of a segment.
    std::shared_ptr<const slice_queue_hooks> segment_ended;
    /// The reader has ended.
    std::shared_ptr<const slice_queue_hooks> ended;
    /// The channel from which something was taken.
    channel_pointer taken_from;
    read_channel::after_lock requests;
  };
  void deliver(after_lock&& todo, const segment_end* taken = nullptr)
      PRAVEGA_ACTOR_EXCLUDES(guard);
  [[nodiscard]] bool readable() const noexcept PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] outcome take_locked(after_lock& todo) PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] outcome take_failure() PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] outcome take_end(after_lock& todo) PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] outcome take_of(const channel_pointer& channel, after_lock& todo)
      PRAVEGA_ACTOR_REQUIRES(guard);
  void count(const read_item& item) PRAVEGA_ACTOR_REQUIRES(guard);
  void insert(const channel_pointer& channel) PRAVEGA_ACTOR_REQUIRES(guard);
  void remove(const read_channel& channel) noexcept PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] channel_pointer channel_of(const segment& which) const noexcept
      PRAVEGA_ACTOR_REQUIRES(guard);
  void take_waiting_end(const segment& which, std::deque<read_outcome>& to)
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] channel_pointer find(ready_queue::source which) const noexcept
      PRAVEGA_ACTOR_REQUIRES(guard);
  void end(state how, const error& reason, after_lock& todo) PRAVEGA_ACTOR_REQUIRES(guard);

  const std::vector<scoped_stream> streams_;
  mutable checked_mutex mutex_;
  state state_ PRAVEGA_ACTOR_GUARDED_BY(guard) = state::opening;
  std::shared_ptr<const slice_queue_hooks> hooks_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  /// By the channels' flows.
  std::map<ready_queue::source, channel_pointer> channels_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  ready_queue ready_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  /// Ends of segments that were never read.
  std::deque<segment_end> ends_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  consumer_waiters waiters_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  bool finishing_ PRAVEGA_ACTOR_GUARDED_BY(guard) = false;
  std::optional<error> failure_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  reading_positions positions_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  std::uint64_t slices_ PRAVEGA_ACTOR_GUARDED_BY(guard) = 0;
  std::uint64_t events_ PRAVEGA_ACTOR_GUARDED_BY(guard) = 0;
  std::uint64_t bytes_ PRAVEGA_ACTOR_GUARDED_BY(guard) = 0;
};

}  // namespace pravega_actor::internal
