// The events of one segment that are not yet known to be durable, in order.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "append/append_block.hpp"
#include "append/event_numbers.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

struct append_limits {
  /// A block is closed before it would pass this.
  std::size_t block_bytes_max = 1u << 20;
  /// Blocks that may wait for their acknowledgement.
  std::size_t blocks_in_flight_max = 16;
  /// While something is in flight a block is sent only when it has this size: the server's cost
  /// follows the number of blocks.
  std::size_t eager_block_bytes = 256u << 10;
  /// Size of a large event's parts, and how many may wait for their acknowledgement.
  std::size_t large_part_bytes = 1u << 20;
  std::size_t large_parts_in_flight_max = 16;
};

/// A pure data structure: no lock, no clock, no connection. It numbers events from 1, builds
/// blocks, says which block to send next, and takes acknowledgements. It outlives the
/// connections and actors that send from it.
class append_log {
 public:
  using block_pointer = std::shared_ptr<append_block>;
  using blocks = std::vector<block_pointer>;

  append_log(uuid writer_id, std::int64_t request_id, std::shared_ptr<buffer_pool> pool,
             append_limits limits);
  /// The log of a writer with a name: the application numbers its events. Nothing may be sent
  /// before `settle`.
  append_log(uuid writer_id, std::int64_t request_id, std::shared_ptr<buffer_pool> pool,
             append_limits limits, std::shared_ptr<const event_numbers> numbers);

  /// Adds an event at the end.
  void append(const event_mark& mark, byte_view payload);
  /// Adds events that stay in one block, whatever its size: a batch.
  void append(std::span<const event_mark> marks, std::span<const byte_view> payloads);

  /// Adds a large event, which is a block of its own, without a copy.
  void append_large(const event_mark& mark, shared_bytes payload);

  /// Where the log ends.
  struct tail {
    std::size_t closed = 0;
    std::int64_t last_closed = 0;
    std::size_t pending_events = 0;
    append_block::extent open;
  };
  [[nodiscard]] tail end() const noexcept {
    return {closed_.size(), last_closed_, pending_events_, open_->filled()};
  }
  /// Forgets what was appended since, if nothing was sent or acknowledged in between.
  void take_back(const tail& to) noexcept;

  /// The segment is claimed for this process, and its store holds `value` for the writer. Puts
  /// what waits, of which nothing was sent, in the order of the tickets: of a merge, the events
  /// of one segment may have come behind those of the other. After an exception nothing has
  /// changed.
  void settle(const claimed_number& value);

  /// Whether a block is to be sent now. Not so if there is nothing to send, the window is full,
  /// or it is better to wait for a fuller block. A large event waits until what is before it is
  /// acknowledged, and what is behind it waits for it.
  [[nodiscard]] bool ready() const noexcept;
  /// The next block to send now, or null if none is ready. Counts it as in flight.
  [[nodiscard]] block_pointer next_to_send();

  /// The next block to send is a large event, and only large events are in flight.
  [[nodiscard]] bool large_next() const noexcept {
    return large_ > 0 && in_flight_ < closed_.size() && closed_[in_flight_]->large() &&
           (in_flight_ == 0 || closed_[in_flight_ - 1]->large());
  }
  /// That event. Counts it as in flight, but not as sent: what is stored of it before its merge
  /// is not in the segment. The window is not for large events.
  [[nodiscard]] block_pointer next_large() { return closed_[in_flight_++]; }
  /// The first large event in flight is going to be merged.
  void note_merging() noexcept;
  /// The store has refused that merge.
  void note_unmerged() noexcept;

  /// The server has stored everything up to `event_number` (DataAppended). Returns the blocks
  /// that are durable now; an acknowledgement that fits no block's end, or of something that
  /// was not sent, is a protocol_violation.
  [[nodiscard]] result<blocks> acknowledge(std::int64_t event_number);

  /// Takes blocks back that are of no further use, for their memory. It leaves others in
  /// `done`, among them large events, whose payloads may be the application's.
  void recycle(blocks&& done) noexcept;

  /// A new connection is set up and the server's last event number is `stored` (AppendSetup;
  /// i64 min: none). Returns the blocks that are durable; the rest will be sent again. The
  /// first block then travels alone until it is acknowledged.
  [[nodiscard]] result<blocks> resume(std::int64_t stored);

  /// The connection is gone: nothing is in flight on it any more.
  void disconnect() noexcept {
    in_flight_ = 0;
    doubtful_through_ = sent_through_;
  }

  /// Shows what is left to `visit(const append_block&)`, in order (open block last).
  template <class Visit>
  void for_each_block(Visit&& visit) const {
    for (const auto& each : closed_)
      visit(std::as_const(*each));
    if (!open_->empty()) visit(std::as_const(*open_));
  }
  /// Forgets what is left.
  void clear() noexcept;

  [[nodiscard]] bool empty() const noexcept { return closed_.empty() && open_->empty(); }
  /// Something that is not acknowledged was sent on a connection that has ended. What was sent
  /// on the present one only is not in doubt: its answers come in order.
  [[nodiscard]] bool in_doubt() const noexcept {
    return !closed_.empty() && closed_.front()->last_event_number() <= doubtful_through_;
  }
  [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_; }
  [[nodiscard]] std::size_t pending_events() const noexcept { return pending_events_; }
  [[nodiscard]] std::int64_t acknowledged() const noexcept { return acknowledged_; }
  /// Whether the application numbers the events.
  [[nodiscard]] bool numbered() const noexcept { return numbers_ != nullptr; }
  [[nodiscard]] const uuid& writer_id() const noexcept { return writer_id_; }
  [[nodiscard]] std::int64_t request_id() const noexcept { return request_id_; }
  [[nodiscard]] const append_limits& limits() const noexcept { return limits_; }

 private:
  void close_open();
  [[nodiscard]] std::int64_t last_number_of(const append_block& block) const noexcept;
  [[nodiscard]] bool in_order() const;
  void put_in_order();
  [[nodiscard]] bool waits_for_large() const noexcept;
  static constexpr std::size_t no_block_end = static_cast<std::size_t>(-1);
  /// How many closed blocks end at or before the number, if one ends exactly there.
  [[nodiscard]] std::size_t blocks_until(std::int64_t event_number) const;
  [[nodiscard]] blocks take(std::size_t count);
  [[nodiscard]] std::size_t window() const noexcept;

  const uuid writer_id_;
  const std::int64_t request_id_;
  const std::shared_ptr<buffer_pool> pool_;
  const append_limits limits_;
  /// Null: they are numbered from 1.
  const std::shared_ptr<const event_numbers> numbers_;
  /// Closed blocks in order; the first `in_flight_` of them are on the current connection.
  std::deque<block_pointer> closed_;
  block_pointer open_ = std::make_shared<append_block>();
  /// Empty blocks that keep their memory for marks.
  static constexpr std::size_t spare_max = 4;
  blocks spare_;
  std::size_t in_flight_ = 0;
  /// Closed blocks with a large event.
  std::size_t large_ = 0;
  std::size_t pending_events_ = 0;
  /// Last number of all closed blocks.
  std::int64_t last_closed_ = 0;
  std::int64_t acknowledged_ = 0;
  /// The highest numbers sent on any connection, and on those that have ended.
  std::int64_t sent_through_ = 0;
  std::int64_t doubtful_through_ = 0;
  /// `sent_through_` before the last merge.
  std::int64_t sent_before_merge_ = 0;
  bool first_alone_ = true;
};

}  // namespace pravega_actor::internal
