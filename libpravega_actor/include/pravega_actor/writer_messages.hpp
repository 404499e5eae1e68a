// The messages of the event writer actor. actors.hpp includes them and has the interface.
#pragma once

#include <caf/all.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/event_writer.hpp"
#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Write one event. The answer is `event_written`, once the event is durable or has failed. If
/// the writer's limit is reached, the outcome is `would_block`, at once: then send
/// `await_credit`.
struct write_event {
  std::optional<std::string> routing_key;
  std::string event;
};
/// Write events of one key; all of them are stored, or none. The answer is as for
/// `write_event`, with the ticket of the last event. The limits are those of
/// `event_writer::try_write_batch`.
struct write_batch {
  std::string routing_key;
  std::vector<std::string> events;
};
struct event_written {
  write_result outcome;
};
/// The answer is `credit`, once there is room for this many events with this many bytes in all.
struct await_credit {
  std::size_t payload_bytes = 0;
  std::size_t events = 1;
};
struct credit {};
/// The answer is `events_flushed`, once everything written so far is durable.
struct flush_events {};
struct events_flushed {
  result<void> outcome;
};
/// Accept no more events. The answer is `writer_closed`, once all events are durable or the
/// time is over.
struct close_writer {
  duration timeout = seconds{30};
};
struct writer_closed {
  close_report report;
};
/// The answer is `writer_status`.
struct get_writer_status {};

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::write_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::write_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::event_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::await_credit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::credit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::flush_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::events_flushed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::close_writer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::writer_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::get_writer_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::writer_status)
