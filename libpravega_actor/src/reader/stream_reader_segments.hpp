// The segments of a stream reader: opening them, and going on to their successors.
#pragma once

#include "reader/stream_reader_actor.hpp"
#include "requests/ask_controller.hpp"

namespace pravega_actor {

using stream_reader_pointer = caf::stateful_actor<stream_reader_state>*;

[[nodiscard]] inline error controller_lost() {
  return error{errc::actor_terminated, "the controller client did not answer"}.with_stage(
      stage::controller_call);
}

/// Sends messages to the actor, from any thread, while it lives.
template <class Message>
auto to_self(stream_reader_pointer self) {
  caf::actor_addr me{self->address()};
  return [me](Message what) {
    if (auto alive = caf::actor_cast<caf::actor>(me)) caf::anon_send(alive, std::move(what));
  };
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
        // Those of successors are always empty.
        if (got && !got->delegation_token.empty())
          self->state.delegation_token = got->delegation_token;
        then(got);
      },
      [then] { then(reply{controller_lost()}); });
}

/// limit_exceeded if a stream has more segments at once than a reader may read.
[[nodiscard]] result<void> check_segment_count(std::size_t count);

/// Whether a segment of the start lies behind the reader's end.
[[nodiscard]] bool lies_behind_end(stream_reader_pointer self, segment_id id);

/// Reads a segment of the start from `offset` on; -1 counts as read.
void add_segment(stream_reader_pointer self, segment_id id, std::int64_t offset);

/// A segment's end was handed out: its successors are read next, as soon as all their
/// predecessors are read.
void on_segment_read(stream_reader_pointer self, const segment_end& end);

/// Asks for the successors of a segment; again until the deadline.
void ask_successors(stream_reader_pointer self, const successors_due& due);

}  // namespace pravega_actor
