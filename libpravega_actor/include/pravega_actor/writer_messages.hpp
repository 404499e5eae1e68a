// The messages of the event writer actor. Included by actors.hpp, where the interfaces are.
#pragma once

#include <caf/all.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/event_writer.hpp"
#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Write one event; answered with `event_written` when it is durable (or will never be).
/// Answered with `would_block` at once when the writer's limit is reached: then send
/// `await_credit`.
struct write_event {
  std::optional<std::string> routing_key;
  std::string event;
};
/// Write events of one key that are stored all or not at all; answered as `write_event` is,
/// with the last event's ticket. Limits as in `event_writer::try_write_batch`.
struct write_batch {
  std::string routing_key;
  std::vector<std::string> events;
};
struct event_written {
  write_result outcome;
};
/// Answered with `credit` when so many events with that many bytes in all have room.
struct await_credit {
  std::size_t payload_bytes = 0;
  std::size_t events = 1;
};
struct credit {};
/// Answered with `events_flushed` when everything written so far is durable.
struct flush_events {};
struct events_flushed {
  result<void> outcome;
};
/// Take no more events; answered with `writer_closed` when all are durable or time is over.
struct close_writer {
  duration timeout = seconds{30};
};
struct writer_closed {
  close_report report;
};
/// Answered with `writer_status`.
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
