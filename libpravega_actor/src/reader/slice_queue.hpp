// Everything that a reader's consumers and actors share: its segments, their order, its
// position.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "host/owed_board.hpp"
#include "pravega_actor/stream_reader.hpp"
#include "read/read_channel.hpp"
#include "reader/read_budget.hpp"

namespace pravega_actor::internal {

/// What the stream reader actor wants to know. Called without the lock.
struct slice_queue_hooks {
  /// The end of this segment was handed out.
  std::function<void(const segment_end&)> segment_ended;
  /// `close` was called, or the reader failed. Once.
  std::function<void()> ended;
};

/// Thread-safe. Survives every actor of its reader but the reader itself. Segments that have
/// something to hand out take turns.
class slice_queue final : public read_owner, public owed_source {
 public:
  /// `bytes_max`: see limits::reader_bytes_max.
  explicit slice_queue(scoped_stream stream, std::size_t bytes_max = limits::reader_bytes_max)
      : stream_{std::move(stream)}, budget_{bytes_max} {}

  // By the actor:
  void open(slice_queue_hooks hooks);
  /// Adds a segment that is read from `offset` on.
  void add(std::shared_ptr<read_channel> channel, std::int64_t offset);
  /// A segment that has nothing to read; its end is handed out.
  void add_ended(const segment_end& at);
  /// Segments that are read to their end make place for their successors, which are read from
  /// their beginning: one step of the position, which waits for the release of what is handed
  /// out already.
  void advance(const std::vector<segment_id>& gone,
               const std::vector<std::shared_ptr<read_channel>>& next);
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
  [[nodiscard]] stream_cut position() const;
  /// Why nothing more is handed out, if that is so. Consumes nothing.
  [[nodiscard]] std::optional<error> failure() const;
  [[nodiscard]] reader_status status() const;
  void close();
  void add_owed(std::vector<owed_line>& to) const override;

  // read_owner
  std::mutex& mutex() override { return mutex_; }
  void on_ready(read_channel& channel) override;
  void on_waiting(std::size_t cost) override { budget_.add_waiting(cost); }
  [[nodiscard]] std::size_t grant(const read_channel& channel, std::size_t wanted) override;
  void give_back(std::size_t bytes) noexcept override { budget_.answered(bytes); }
  [[nodiscard]] bool begin_event(const read_channel& channel, std::size_t bytes) override;
  void end_event(const read_channel& channel, std::size_t bytes) noexcept override;
  void pump_waiting(std::unique_lock<std::mutex>& lock) override;
  void wake() override;

 private:
  enum class state : std::uint8_t { opening, open, ended, failed, closed };
  using locked = std::unique_lock<std::mutex>;
  using outcome = result<std::optional<read_item>>;
  [[nodiscard]] bool readable() const noexcept;
  [[nodiscard]] outcome take_end(locked& lock);
  [[nodiscard]] outcome take_of(locked& lock, const std::shared_ptr<read_channel>& channel);
  void count(const read_item& item);
  [[nodiscard]] std::int64_t stands_at(segment_id id) const;
  void tell_end(locked& lock, const segment_end& ended);
  void pump_refused(locked& lock);
  void release_locked();
  void end(locked& lock, state how, const error& reason);

  const scoped_stream stream_;
  mutable std::mutex mutex_;
  state state_ = state::opening;
  slice_queue_hooks hooks_;
  std::map<segment_id, std::shared_ptr<read_channel>> channels_;
  /// Segments with outcomes, the next one first.
  std::deque<segment_id> ready_;
  /// Ends of segments that were never read.
  std::deque<segment_end> ends_;
  std::map<std::uint64_t, std::function<void()>> waiters_;
  std::uint64_t next_waiter_ = 1;
  bool finishing_ = false;
  std::optional<error> failure_;
  /// Where each segment stands, by what is consumed, and what its release will change: offsets
  /// and segments that are gone.
  std::map<segment_id, std::int64_t> position_;
  std::map<segment_id, std::int64_t> unreleased_;
  std::vector<segment_id> gone_;
  /// What all channels hold, and those that may not ask because of it.
  read_budget budget_;
  std::uint64_t slices_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace pravega_actor::internal
