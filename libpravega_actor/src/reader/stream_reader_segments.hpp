// The segments of a stream reader: opening them, and going on to their successors.
#pragma once

#include "reader/stream_reader_actor.hpp"
#include "segment/ask_controller.hpp"

namespace pravega_actor {

using stream_reader_pointer = caf::stateful_actor<stream_reader_state>*;

[[nodiscard]] inline error controller_lost() {
  return error{errc::actor_terminated, "the controller client did not answer"}.with_stage(
      stage::controller_call);
}

/// A failure with what a user needs to know of it, where the controller's word is its cause.
[[nodiscard]] inline error of_controller(stream_reader_pointer self, const error& reason) {
  const auto& state = self->state;
  return in_context(*state.context, reason, state.setup.stream.to_string(), {},
                    stage::controller_call);
}

// `then` gets the answer; a controller client that ended is an answer too.
template <class Request, class Then>
void ask_controller(stream_reader_pointer self, Request what, Then then) {
  using reply = result<typename Request::reply>;
  ask_controller(
      self, *self->state.context, std::move(what),
      [self, then](const reply& got) {
        if (got) self->state.delegation_token = got->delegation_token;
        then(got);
      },
      [then] { then(reply{controller_lost()}); });
}

/// Reads a segment of the start from `offset` on; -1 counts as read.
void add_segment(stream_reader_pointer self, segment_id id, std::int64_t offset);

/// A segment's end was handed out: its successors are read next, as soon as all their
/// predecessors are read.
void on_segment_read(stream_reader_pointer self, const segment_end& end);

/// Asks for the successors of a segment; again until the deadline.
void ask_successors(stream_reader_pointer self, const successors_due& due);

}  // namespace pravega_actor
