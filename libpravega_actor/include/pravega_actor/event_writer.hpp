// Writes events to a stream, exactly once, and reports when each is durable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/owed_line.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The number of an event in its writer: 1, 2, 3 ... in the order of writing.
using event_ticket = std::uint64_t;

/// How the write of one event ended.
struct write_result {
  event_ticket ticket = 0;
  /// Whether the event is known to be stored.
  bool durable = false;
  /// Success: the event is durable, and every earlier event of the writer is too. Else
  /// `not_written` (it is known not to be stored), `outcome_unknown` (nobody can know), or
  /// `earlier_event_failed` (it is durable, but an earlier one is not).
  result<void> outcome;
};

/// Called once for each event, in the order of writing. Mostly from the library's I/O thread;
/// what waits to be told may also be told by any thread that calls `flush`, `flush_async`,
/// `when_writable`, `close`, `close_async` or a `write` that waits, that lets the last handle
/// go, or in which one of the library's actors runs. It must not block; it may write.
using write_completion = std::function<void(const write_result&)>;

/// How far a writer has come.
struct writer_progress {
  /// Every event up to this one is durable.
  event_ticket durable_through = 0;
  event_ticket last_written = 0;
};

/// Tickets `first` to `last` whose events are not known to be durable.
struct undurable_range {
  event_ticket first = 0;
  event_ticket last = 0;
  /// True: nobody can know whether they are stored. False: they are known not to be.
  bool unknown = false;
  friend bool operator==(const undurable_range&, const undurable_range&) = default;
};

/// What closing a writer found.
struct close_report {
  /// Success: every event is durable.
  result<void> outcome;
  event_ticket durable_through = 0;
  event_ticket last_written = 0;
  /// Everything that is not known to be durable, in order.
  std::vector<undurable_range> undurable;
};

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
  /// What segment stores have not acknowledged.
  std::vector<owed_line> owed;
  /// The last failure that the writer is recovering from, or has failed with; "" if none.
  std::string last_failure;
};

struct writer_options {
  /// Bytes that may be not yet durable (each event counts 24 bytes more than its payload).
  std::size_t outstanding_bytes_max = 32u << 20;
  /// Events that may be not yet completed.
  std::size_t outstanding_events_max = 4u << 20;
  std::size_t block_bytes_max = 1u << 20;
  std::size_t blocks_in_flight_max = 16;
  /// How long the writer goes on to drain when its last handle is gone.
  duration close_timeout = seconds{30};
};

class write_log;

/// A handle on a writer. Copies refer to the same writer; all members may be called from any
/// thread. When the last copy is gone, the writer drains and closes by itself.
///
/// A write resolves when the event is durable, and then every earlier event of the writer is
/// too. Events of one routing key keep their order. The first outcome that is not a success
/// ends the writer.
class event_writer {
 public:
  /// An empty handle: calls that write or flush answer `closed`, `when_writable` calls back at
  /// once, and to close it succeeds.
  event_writer() = default;
  explicit event_writer(std::shared_ptr<write_log> log);

  /// Writes an event without a routing key (0 to 8388608 bytes; it is copied). Never waits:
  /// `would_block` when a limit is reached.
  result<event_ticket> try_write(byte_view event, write_completion done = {});
  /// With a routing key (UTF-8): events of one key stay in order.
  result<event_ticket> try_write(std::string_view routing_key, byte_view event,
                                 write_completion done = {});
  /// The same, but waits for room, `timeout` at most. Not from a completion and not in an
  /// actor.
  result<event_ticket> write(byte_view event, duration timeout, write_completion done = {});
  result<event_ticket> write(std::string_view routing_key, byte_view event, duration timeout,
                             write_completion done = {});

  /// Writes events of one key that are stored all or not at all, next to each other: each 0 to
  /// 8388608 bytes, together at most limits::batch_bytes_max with their headers of 8 bytes
  /// (else `event_too_large`); none is `invalid_argument`. Never waits: `would_block`. Answers
  /// the last event's ticket, the others have those before it; `done` is called once, for the
  /// last one, and its outcome is that of all.
  result<event_ticket> try_write_batch(std::string_view routing_key,
                                       std::span<const byte_view> events,
                                       write_completion done = {});
  /// The same, but waits for room, `timeout` at most. Not from a completion and not in an
  /// actor.
  result<event_ticket> write_batch(std::string_view routing_key,
                                   std::span<const byte_view> events, duration timeout,
                                   write_completion done = {});

  /// Calls back once when `events` events with `payload_bytes` in all have room (one event, or
  /// a batch), or the writer has ended. Those who wait, in `write` too, are served in order
  /// among themselves; `try_write` does not wait for them.
  void when_writable(std::size_t payload_bytes, std::function<void()> ready,
                     std::size_t events = 1);
  /// Calls back after each progress, cumulatively, from the same threads as completions.
  /// Replaces an earlier one; an empty function removes it.
  void on_progress(std::function<void(const writer_progress&)> changed);
  [[nodiscard]] writer_progress progress() const;

  /// Waits until everything written so far is durable.
  result<void> flush(duration timeout);
  /// The same without waiting: `done` is called once.
  void flush_async(std::function<void(const result<void>&)> done);

  /// Takes no more events, waits until all are durable, and reports what is not when the time
  /// is over. Idempotent: later calls report the same. From within a completion it does not
  /// wait: the writer closes behind it.
  close_report close(duration timeout);
  /// Begins to close; `done` gets the report when all is durable, or when `timeout` is over.
  void close_async(duration timeout, std::function<void(const close_report&)> done);

  [[nodiscard]] writer_status status() const;
  [[nodiscard]] bool valid() const noexcept { return held_ != nullptr; }

 private:
  struct guard;
  [[nodiscard]] bool usable() const noexcept;
  std::shared_ptr<guard> held_;
};

}  // namespace pravega_actor
