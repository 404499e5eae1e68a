// Writes events to a stream exactly once and reports when each is durable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/large_event.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/owed_line.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stored_numbers.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The number of an event in its writer: 1, 2, 3 ... in the order of writing.
using event_ticket = std::uint64_t;

/// The bytes of an event in a message: shared and immutable, so that copies of the message are
/// cheap.
class event_payload {
 public:
  /// No bytes.
  event_payload() = default;
  /// Shares the bytes.
  event_payload(shared_bytes bytes) noexcept : bytes_{std::move(bytes)} {}  // NOLINT: as wide
  /// Takes a text over.
  event_payload(std::string text) {  // NOLINT: a text is bytes
    auto held = std::make_shared<const std::string>(std::move(text));
    const auto view = as_bytes(*held);
    bytes_ = {std::move(held), view};
  }
  /// Takes a vector over.
  event_payload(std::vector<std::byte> bytes) : bytes_{std::move(bytes)} {}  // NOLINT: as wide
  /// Copies a text up to its first zero byte.
  event_payload(const char* text) : event_payload{std::string{text}} {}  // NOLINT: as above

  [[nodiscard]] byte_view view() const noexcept { return bytes_.view; }
  [[nodiscard]] const shared_bytes& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

 private:
  shared_bytes bytes_;
};

/// An event and its routing key, which keeps it in order with the other events of the key. An
/// event without a key may go to any segment.
struct keyed_event {
  /// 0 to 8388608 bytes, or more as a large event (see `writer_options::large_events`).
  event_payload payload;
  std::optional<std::string> routing_key;
};

/// The outcome of writing one event.
struct write_result {
  event_ticket ticket = 0;
  /// Whether the event is known to be stored.
  bool durable = false;
  /// Success: this event and every earlier event of the writer are durable. Otherwise
  /// - `not_written`: the event is known not to be stored,
  /// - `outcome_unknown`: it cannot be known whether the event is stored, or
  /// - `earlier_event_failed`: the event is durable, but an earlier one is not.
  result<void> outcome;
};

/// Called once for each event, in the order of writing. It must not block; it may write. It
/// runs in one of these threads:
/// - usually the library's I/O thread,
/// - a thread that calls `flush`, `flush_async`, `when_writable`, `close`, `close_async` or a
///   waiting `write`, or that releases the last handle,
/// - a thread that runs one of the library's actors.
using write_completion = std::function<void(const write_result&)>;

/// The progress of a writer.
struct writer_progress {
  /// Every event up to this one is durable.
  event_ticket durable_through = 0;
  event_ticket last_written = 0;
};

/// The tickets `first` to `last`, whose events are not known to be durable.
struct undurable_range {
  event_ticket first = 0;
  event_ticket last = 0;
  /// True: it cannot be known whether they are stored. False: they are known not to be stored.
  bool unknown = false;
  friend bool operator==(const undurable_range&, const undurable_range&) = default;
};

/// The outcome of closing a writer.
struct close_report {
  /// Success: every event is durable.
  result<void> outcome;
  event_ticket durable_through = 0;
  event_ticket last_written = 0;
  /// All events that are not known to be durable, in order.
  std::vector<undurable_range> undurable;
};

/// What a writer does at a moment.
struct writer_status {
  scoped_stream stream;
  /// "open", "closing", "closed" or "failed".
  std::string state;
  event_ticket last_written = 0;
  event_ticket durable_through = 0;
  std::size_t outstanding_bytes = 0;
  std::uint64_t blocks_acknowledged = 0;
  struct segment_line {
    std::string segment;
    bool connected = false;
    std::string peer;
    std::size_t events_pending = 0;
    std::size_t blocks_in_flight = 0;
  };
  std::vector<segment_line> segments;
  /// Answers that segment stores owe.
  std::vector<owed_line> owed;
  /// The failure that the writer is recovering from, or has failed with; "" if none.
  std::string last_failure;
};

/// Limits of one writer.
struct writer_options {
  /// Limit of bytes that are not yet durable; each event counts 24 bytes plus its payload.
  std::size_t outstanding_bytes_max = 32u << 20;
  /// Limit of events that are not yet completed.
  std::size_t outstanding_events_max = 4u << 20;
  std::size_t block_bytes_max = 1u << 20;
  std::size_t blocks_in_flight_max = 16;
  /// How long the writer drains after its last handle is gone.
  duration close_timeout = seconds{30};
  /// Whether it takes events above limits::event_payload_bytes_max, and how it stores them.
  /// None: it refuses them with `event_too_large`. Not for the events of a batch.
  std::optional<large_event_options> large_events = std::nullopt;
  /// The name of a writer that survives its process: 1 to limits::writer_name_characters_max
  /// letters, digits, '.', '-' and '_'. Empty: none. One process at a time writes to a stream
  /// under a name; a later one takes over, and the earlier fails with `writer_fenced`. The
  /// application numbers its events itself (see `event_writer::try_write_numbered`).
  std::string name = {};
};

namespace internal {
class access;
class write_log;
}  // namespace internal

/// A handle on a writer. Copies refer to the same writer; any thread may call any member. When
/// the last copy is gone, the writer drains and closes by itself.
///
/// A write completes when its event and every earlier event of the writer are durable. Events
/// of one routing key keep their order. The first outcome that is not a success ends the
/// writer.
class event_writer {
 public:
  /// An empty handle: writing and flushing return `closed`, `when_writable` calls back at once,
  /// and closing succeeds.
  event_writer() = default;

  /// Writes an event without a routing key (0 to 8388608 bytes, which are copied). Never waits:
  /// returns `would_block` if a limit is reached.
  result<event_ticket> try_write(byte_view event, write_completion done = {});
  /// The same with a routing key (UTF-8): events of one key stay in order.
  result<event_ticket> try_write(std::string_view routing_key, byte_view event,
                                 write_completion done = {});
  /// The same, but waits for room for up to `timeout`. Not for completions and actors.
  result<event_ticket> write(byte_view event, duration timeout, write_completion done = {});
  result<event_ticket> write(std::string_view routing_key, byte_view event, duration timeout,
                             write_completion done = {});
  /// The same with shared bytes, of which a large event is not copied: the writer holds them
  /// until the event is durable. Key none: without a routing key.
  result<event_ticket> try_write(std::optional<std::string_view> routing_key,
                                 shared_bytes event, write_completion done = {});
  result<event_ticket> write(std::optional<std::string_view> routing_key, shared_bytes event,
                             duration timeout, write_completion done = {});

  /// Writes events of one key. All of them are stored, next to each other, or none.
  /// - Each event has 0 to 8388608 bytes, and all together at most limits::batch_bytes_max,
  ///   including 8 bytes per header (otherwise `event_too_large`). An empty batch is
  ///   `invalid_argument`.
  /// - Never waits: returns `would_block` if a limit is reached.
  /// - Returns the ticket of the last event; the others have the tickets before it.
  /// - Calls `done` once, for the last event; its outcome is that of all.
  result<event_ticket> try_write_batch(std::string_view routing_key,
                                       std::span<const byte_view> events,
                                       write_completion done = {});
  /// The same, but waits for room for up to `timeout`. Not for completions and actors.
  result<event_ticket> write_batch(std::string_view routing_key,
                                   std::span<const byte_view> events, duration timeout,
                                   write_completion done = {});

  /// Only for a writer with a name (`writer_options::name`), which has no other way of writing
  /// (`invalid_argument` otherwise). Writes an event under a number of the application's own.
  /// - The same number must always mean the same event with the same key, in every process.
  /// - Numbers are 1 to limits::event_number_max. They must grow within the writer, gaps
  ///   allowed: `invalid_argument` otherwise, and nothing is written.
  /// - An event that the stream held already when the writer was opened is not written again.
  ///   It completes like any other, as durable.
  /// - Without a key, the number decides where the event goes.
  /// - Never waits: returns `would_block` if a limit is reached.
  result<event_ticket> try_write_numbered(event_number number,
                                          std::optional<std::string_view> routing_key,
                                          byte_view event, write_completion done = {});
  /// The same, but waits for room for up to `timeout`. Not for completions and actors.
  result<event_ticket> write_numbered(event_number number,
                                      std::optional<std::string_view> routing_key,
                                      byte_view event, duration timeout,
                                      write_completion done = {});
  /// The same with shared bytes, of which a large event is not copied.
  result<event_ticket> try_write_numbered(event_number number,
                                          std::optional<std::string_view> routing_key,
                                          shared_bytes event, write_completion done = {});
  result<event_ticket> write_numbered(event_number number,
                                      std::optional<std::string_view> routing_key,
                                      shared_bytes event, duration timeout,
                                      write_completion done = {});
  /// Writes events of one key as `try_write_batch` does, under the numbers from `first` on. A
  /// batch is the same batch whenever it is written again: `invalid_argument` if the stream
  /// holds only its first events.
  result<event_ticket> try_write_numbered_batch(event_number first,
                                                std::string_view routing_key,
                                                std::span<const byte_view> events,
                                                write_completion done = {});
  /// The same, but waits for room for up to `timeout`. Not for completions and actors.
  result<event_ticket> write_numbered_batch(event_number first, std::string_view routing_key,
                                            std::span<const byte_view> events, duration timeout,
                                            write_completion done = {});
  /// Of a writer with a name: what the stream held when it was opened. Otherwise nothing.
  [[nodiscard]] stored_numbers stored() const;

  /// Calls back once when there is room for `events` events with `payload_bytes` in all (one
  /// event, or a batch), or when the writer has ended. Waiters, including those in `write`, are
  /// served in order; `try_write` does not wait for them.
  void when_writable(std::size_t payload_bytes, std::function<void()> ready,
                     std::size_t events = 1);
  /// Calls back after each progress, cumulatively, from the same threads as completions. A new
  /// function replaces the earlier one; an empty function removes it.
  void on_progress(std::function<void(const writer_progress&)> changed);
  [[nodiscard]] writer_progress progress() const;

  /// Waits until everything written so far is durable.
  result<void> flush(duration timeout);
  /// The same without waiting: `done` is called once.
  void flush_async(std::function<void(const result<void>&)> done);

  /// Accepts no more events and waits until all are durable, for up to `timeout`. Reports the
  /// events that are not. Idempotent: later calls report the same. Inside a completion it does
  /// not wait: the writer closes after the completion.
  close_report close(duration timeout);
  /// Begins to close; `done` gets the report when all events are durable or `timeout` is over.
  void close_async(duration timeout, std::function<void(const close_report&)> done);

  [[nodiscard]] writer_status status() const;
  [[nodiscard]] bool valid() const noexcept { return held_ != nullptr; }

 private:
  friend class internal::access;
  struct guard;
  explicit event_writer(std::shared_ptr<internal::write_log> log);
  [[nodiscard]] bool usable() const noexcept;
  std::shared_ptr<guard> held_;
};

}  // namespace pravega_actor
