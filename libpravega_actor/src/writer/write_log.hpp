// Everything that a writer's threads and actors share: the events on their way, limits,
// outcomes.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "append/append_channel.hpp"
#include "host/owed_board.hpp"
#include "pravega_actor/event_writer.hpp"
#include "writer/channel_table.hpp"
#include "writer/numbered_writing.hpp"
#include "writer/room_queue.hpp"
#include "writer/ticket_ledger.hpp"

namespace pravega_actor::internal {

/// What the event writer actor wants to know.
struct write_log_hooks {
  /// Every event is completed after `start_close`, or the writer failed. Called once.
  std::function<void()> ended = {};
  /// `start_close` was called: if events are outstanding, the actor arms the deadline. Also
  /// called when the writer has failed already; then its actor need not stay any more.
  std::function<void(duration timeout)> closing = {};
  /// A sealed segment was replaced; these channels need segment writers.
  std::function<void(std::vector<std::shared_ptr<append_channel>> added,
                     const std::string& delegation_token)>
      replaced = {};
  /// The first event has come for a segment that connects only then: its channel needs a
  /// segment writer.
  std::function<void(std::shared_ptr<append_channel>)> first_event = {};
  /// An event was taken that was stored before: `deliver` is to be called, in a thread of the
  /// library.
  std::function<void()> stored = {};
  /// The user's code threw; the text says what.
  std::shared_ptr<const std::function<void(const char* what)>> threw = {};
  /// Lives as long as the log: what completions refer to.
  std::shared_ptr<void> keeps = {};
};

/// Thread-safe. Survives every actor of its writer but the writer itself; events are added from
/// any thread, acknowledgements arrive on the I/O thread, and one thread at a time delivers
/// completions, in the order of writing and without the lock. What is accepted is completed
/// also when there is no memory: neither acknowledgements nor their delivery take any.
///
/// The parts are pure: a `ticket_ledger` (tickets and outcomes), a `room_queue` (room and who
/// waits for it) and a `channel_table` (routes and hand-over).
class write_log final : public append_owner,
                        public owed_source,
                        public std::enable_shared_from_this<write_log> {
 public:
  /// `of_client`: the limit of all writers together; null: there is none.
  write_log(scoped_stream stream, writer_options options, std::uint64_t random_seed,
            std::shared_ptr<shared_limit> of_client = nullptr);

  /// Sets the segments. Before it, and after the end, `add` fails.
  void open(channel_table table, write_log_hooks hooks, stored_numbers stored = {});
  /// Of a writer with a name: what its logs need. Otherwise null.
  [[nodiscard]] std::shared_ptr<const event_numbers> numbers() const;
  /// Of a writer with a name: what its stream held when it was opened.
  [[nodiscard]] stored_numbers stored() const;
  /// See `append_flow::settle`.
  void settle(append_channel& channel, const claimed_number& value, bool sealed);

  /// Adds an event. `key` none: any position. Answers would_block when a limit is reached.
  /// `reserved` is what `reserve` has set aside for the caller; what is written comes out of
  /// it. `number`: see `numbered_writing`; 0: none.
  result<event_ticket> add(const std::optional<std::string_view>& key, byte_view event,
                           write_completion&& done, write_room* reserved = nullptr,
                           event_number number = 0);
  /// The same; a large event is not copied.
  result<event_ticket> add(const std::optional<std::string_view>& key,
                           const shared_bytes& event, write_completion&& done,
                           write_room* reserved = nullptr, event_number number = 0);
  /// Adds events that are stored all or not at all; answers the last one's ticket. Their
  /// numbers begin with `first`.
  result<event_ticket> add_batch(std::string_view key, std::span<const byte_view> events,
                                 write_completion&& done, write_room* reserved = nullptr,
                                 event_number first = 0);
  /// Adds events that are independent of each other, all or none; answers the last one's
  /// ticket. `done` is called once, for the last one. Of no events, or of more than the limits
  /// allow at all: invalid_argument.
  result<event_ticket> add_all(std::span<const keyed_event> events, write_completion&& done,
                               write_room* reserved = nullptr);
  /// What became of tickets `first` to `last`, once the completion of the last one has come:
  /// how many are durable, and the first outcome that is not a success.
  [[nodiscard]] std::pair<std::uint64_t, result<void>> outcome_of(event_ticket first,
                                                                  event_ticket last) const;

  /// Room for `events` events with that many bytes of payload in all. Returns a number for
  /// `forget_waiter`, as `flush` does.
  std::uint64_t when_writable(std::size_t payload_bytes, std::function<void()> ready,
                              std::size_t events = 1);
  /// Calls back once when `what` has been set aside for the caller, who gives back by `release`
  /// what `add` does not take; or when the writer has ended. Served in order with those of
  /// `when_writable`; meanwhile nothing else takes the room that the first one waits for.
  std::uint64_t reserve(const write_room& what, std::function<void()> ready);
  void release(const write_room& what);
  void on_progress(std::function<void(const writer_progress&)> changed);
  [[nodiscard]] writer_progress progress() const;
  std::uint64_t flush(std::function<void(const result<void>&)> done);
  /// Nobody waits any more. False: it was called back, or is about to be.
  bool forget_waiter(std::uint64_t number);
  /// `done` is called with the report once the writer has ended.
  void start_close(duration timeout, std::function<void(const close_report&)> done);
  /// What is written from now on is refused with this, unless the writer fails: it is closing
  /// or closed, and the reason has a better name than `closed`.
  void refuse_with(const error& reason);
  /// Ends the writer: what is not durable becomes not_written or outcome_unknown.
  void fail(const error& reason);
  /// The close's deadline has passed.
  void close_deadline();
  /// Whether every event is completed, and no more is taken.
  [[nodiscard]] bool over() const;
  /// Why nothing can be written; success: it can, or could when there is room.
  [[nodiscard]] result<void> writable() const;
  /// What the writer has failed with.
  [[nodiscard]] std::optional<error> failure() const;
  /// The report so far; final once the writer is over.
  [[nodiscard]] close_report report() const;
  [[nodiscard]] writer_status status() const;
  void add_owed(std::vector<owed_line>& to) const override;
  [[nodiscard]] const writer_options& options() const noexcept { return options_; }
  /// Whether the calling thread is delivering a completion of any writer.
  [[nodiscard]] static bool inside_completion() noexcept;
  /// Why a wait that ends now did not succeed.
  [[nodiscard]] error deadline_error(stage at) const;

  // append_owner
  checked_mutex& mutex() PRAVEGA_ACTOR_RETURNS_LOCK(guard) override { return mutex_; }
  void on_durable(const append_log::blocks& durable) PRAVEGA_ACTOR_REQUIRES(guard) override;
  void deliver() override;
  void replace_segment(append_channel& channel,
                       const std::vector<controller::successor>& successors,
                       const std::string& delegation_token) override;
  void on_gave_up(append_channel& channel, const error& reason, bool certain) override;
  void on_first_event(append_channel& channel) override;
  void on_trouble(const error& reason) override;

 private:
  enum class state : std::uint8_t { opening, open, closing, closed, failed };
  using waiter = room_queue::waiter;
  struct flush_waiter {
    std::uint64_t number = 0;
    event_ticket through = 0;
    std::function<void(const result<void>&)> done;
  };
  struct delivery;

  [[nodiscard]] checked_mutex& lock_of_all() const PRAVEGA_ACTOR_RETURNS_LOCK(guard) {
    return mutex_;
  }

  [[nodiscard]] std::uint64_t wait(const write_room& what, bool reserves,
                                   std::function<void()>&& ready);
  [[nodiscard]] double random_position() noexcept PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] result<void> check_numbers(event_number first, std::size_t count) const
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] numbered_writing::holding held(double position, event_number first,
                                               std::size_t count) const
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] bool take_stored(event_ticket last, event_number last_number,
                                 write_completion&& done, const write_room& room,
                                 write_room* reserved) PRAVEGA_ACTOR_REQUIRES(guard);
  /// Whether an event is stored in parts.
  [[nodiscard]] bool is_large(std::size_t payload_bytes) const noexcept {
    return options_.large_events && payload_bytes > options_.large_events->above_bytes;
  }
  [[nodiscard]] result<void> check_size(std::size_t payload_bytes) const;
  [[nodiscard]] result<write_room> room_of_all(std::span<const keyed_event> events) const;
  [[nodiscard]] result<void> check_room(const write_room& what, const write_room* reserved)
      PRAVEGA_ACTOR_REQUIRES(guard);
  template <class Append>
  [[nodiscard]] result<event_ticket> add_one(const std::optional<std::string_view>& key,
                                             std::size_t payload_bytes, write_completion&& done,
                                             write_room* reserved, event_number number,
                                             const Append& append);
  template <class Append>
  [[nodiscard]] bool book(event_ticket ticket, write_completion&& done, Append&& append)
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] bool append_all(std::span<const event_mark> marks,
                                std::span<const keyed_event> events, write_completion&& done)
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] error state_error() const PRAVEGA_ACTOR_REQUIRES(guard);
  void hand_over(append_channel& from, const std::vector<controller::successor>& successors,
                 std::vector<std::shared_ptr<append_channel>>& added)
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] append_channel::turn next_turn(std::optional<segment_id>& last)
      PRAVEGA_ACTOR_REQUIRES(guard);
  void send_all();
  void fail_locked(const error& reason, append_channel* certain) PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] std::vector<undurable_range> list_unwritten(append_channel* certain) const
      PRAVEGA_ACTOR_REQUIRES(guard);
  [[nodiscard]] bool collect(delivery& out) PRAVEGA_ACTOR_REQUIRES(guard);
  void collect_waiters(delivery& out) PRAVEGA_ACTOR_REQUIRES(guard);
  void collect_end(delivery& out) PRAVEGA_ACTOR_REQUIRES(guard);

  const scoped_stream stream_;
  const writer_options options_;

  mutable checked_mutex mutex_;
  state state_ PRAVEGA_ACTOR_GUARDED_BY(guard) = state::opening;
  channel_table table_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  /// Set by `open`, and not changed afterwards but for `ended`, which is called once.
  write_log_hooks hooks_;
  std::uint64_t random_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  /// Of a writer with a name.
  std::optional<numbered_writing> named_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  /// Events that were stored before and whose room is given back at the next delivery.
  std::size_t found_stored_ PRAVEGA_ACTOR_GUARDED_BY(guard) = 0;
  ticket_ledger ledger_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  room_queue room_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  std::uint64_t blocks_acknowledged_ PRAVEGA_ACTOR_GUARDED_BY(guard) = 0;
  /// Belongs to the thread that delivers.
  completion_queue::batch taken_;
  std::uint64_t last_waiter_ PRAVEGA_ACTOR_GUARDED_BY(guard) = 0;
  std::list<flush_waiter> flushes_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  std::vector<std::function<void(const close_report&)>> closers_
      PRAVEGA_ACTOR_GUARDED_BY(guard);
  std::shared_ptr<const std::function<void(const writer_progress&)>> progress_
      PRAVEGA_ACTOR_GUARDED_BY(guard);
  event_ticket progress_told_ PRAVEGA_ACTOR_GUARDED_BY(guard) = 0;
  std::optional<error> trouble_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  /// Why nothing is taken any more, if somebody has said so.
  std::optional<error> refusal_ PRAVEGA_ACTOR_GUARDED_BY(guard);
  bool ended_told_ PRAVEGA_ACTOR_GUARDED_BY(guard) = false;
  /// One thread delivers at a time; others only say that there is more.
  bool delivering_ PRAVEGA_ACTOR_GUARDED_BY(guard) = false;
};

}  // namespace pravega_actor::internal
