// The event writer as an actor: its messages and its interface. docs/actors.md has the order of
// the answers, and how and why the actor ends. Included by actors.hpp.
#pragma once

#include <caf/all.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/event_writer.hpp"
#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Writes one event (0 to 8388608 bytes); answered with `event_written` when it is durable, or
/// never will be. Events of one sender are stored in the order of sending: after a refusal with
/// `would_block` or `out_of_memory`, the writer refuses all events of this sender until the
/// sender has used a credit (see `await_credit`).
struct write_event {
  event_payload payload;
  std::optional<std::string> routing_key = {};
  /// For a writer with a name, and only for one: see `event_writer::try_write_numbered`.
  event_number number = 0;
};
/// Writes events of one key. All of them are stored, next to each other, or none. Answered like
/// `write_event`, with the last event's ticket. Limits as in `event_writer::try_write_batch`.
struct write_batch {
  std::vector<event_payload> payloads;
  std::string routing_key;
  /// For a writer with a name, and only for one: the number of the first event.
  event_number first_number = 0;
};
/// The outcome of `write_event` or `write_batch`. Ticket 0: it was not taken.
struct event_written {
  write_result outcome;
};

/// Not for a writer with a name. Writes events in their order; after a failure some of them may
/// be stored. Answered once, with `events_written`, at the last outcome. All are taken or none:
/// `would_block` if there is no room now, `invalid_argument` for no events or more than the
/// writer's limits ever allow.
struct write_events {
  std::vector<keyed_event> events;
};
/// The outcome of `write_events`.
struct events_written {
  /// The events' tickets are those from the first to the last; 0: they were not taken.
  event_ticket first = 0;
  event_ticket last = 0;
  /// How many of them are known to be stored.
  std::uint64_t durable = 0;
  /// Success: all of them are durable, and so is every earlier event of the writer. Otherwise
  /// the first failure among them, as in `write_result`, or why they were not taken.
  result<void> outcome = {};
};

/// Asks for room for `events` events with `payload_bytes` bytes in all; answered with `credit`
/// when the room is reserved for this sender. Requests are served in the order of their
/// arrival. A sender has one request: a new one withdraws the earlier one (answered with
/// `cancelled`) and ends the sender's reservation. `invalid_argument` for more than the limits
/// ever allow.
struct await_credit {
  std::size_t payload_bytes = 0;
  std::size_t events = 1;
};
/// The answer to `await_credit`.
struct credit {
  /// For `use_credit`; 0: there is no credit.
  std::uint64_t number = 0;
  /// Why there is none.
  result<void> outcome = {};
};
/// Ends the refusals: the writer takes the following events of this sender again. Send it
/// before the refused events, then these events in their old order. No answer. Only a credit
/// that was granted after the refusal counts: with any other number the writer keeps refusing.
struct use_credit {
  std::uint64_t number = 0;
};

/// Answered with `events_flushed` when everything written so far, by any sender, is durable.
/// The answer is `would_block` while the writer refuses events of this sender.
struct flush_events {};
/// The answer to `flush_events`.
struct events_flushed {
  result<void> outcome;
};

/// An actor that gets the progress of a writer.
using progress_sink = caf::typed_actor<caf::reacts_to<writer_progress>>;
/// Sends `writer_progress` to the sink after each progress. Only one such message is under way
/// at a time; the next one has the newest state. Replaces an earlier sink; an empty handle
/// removes it. No answer.
struct subscribe_progress {
  progress_sink sink;
};

/// Takes no more events; answered with `writer_closed` when all are durable, when `timeout` is
/// over, or at once when the writer has failed. Then the actor ends.
struct close_writer {
  duration timeout = seconds{30};
};
/// The answer to `close_writer`.
struct writer_closed {
  close_report report;
};
/// Answered with `writer_status`.
struct get_writer_status {};
/// Answered with `stored_numbers`: see `event_writer::stored`.
struct get_stored_numbers {};

/// The event writer as an actor. Messages stay within the process.
using event_writer_handle =
    caf::typed_actor<caf::replies_to<write_event>::with<event_written>,
                     caf::replies_to<write_batch>::with<event_written>,
                     caf::replies_to<write_events>::with<events_written>,
                     caf::replies_to<await_credit>::with<credit>, caf::reacts_to<use_credit>,
                     caf::replies_to<flush_events>::with<events_flushed>,
                     caf::reacts_to<subscribe_progress>,
                     caf::replies_to<close_writer>::with<writer_closed>,
                     caf::replies_to<get_writer_status>::with<writer_status>,
                     caf::replies_to<get_stored_numbers>::with<stored_numbers>>;

/// What the owner of a writer actor gets: the writer, or why it could not be opened.
struct writer_opened {
  scoped_stream stream;
  result<event_writer_handle> writer;
};
/// An actor that can own a writer actor.
using writer_owner = caf::typed_actor<caf::reacts_to<writer_opened>>;

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::write_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::write_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::event_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::write_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::events_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::await_credit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::credit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::use_credit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::flush_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::events_flushed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::writer_progress)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::subscribe_progress)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::close_writer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::writer_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_writer_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::writer_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_stored_numbers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::stored_numbers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::writer_opened)
