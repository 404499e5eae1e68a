// The segments of a stream reader: opening them, and going on to their successors.
#pragma once

#include "reader/stream_reader_actor.hpp"
#include "requests/ask_controller.hpp"
#include "supervision/weak_handle.hpp"

namespace pravega_actor::internal {

[[nodiscard]] inline error controller_lost() {
  return error{errc::actor_terminated, "the controller client did not answer"}.with_stage(
      stage::controller_call);
}

/// Sends messages to the actor, from any thread, while it lives.
template <class Message>
auto to_self(stream_reader_pointer self) {
  return [me = weak_self(self)](Message what) { me.send(std::move(what)); };
}

/// A failure with what a user needs to know of it, where the controller's word is its cause.
[[nodiscard]] inline error of_controller(stream_reader_pointer self, const error& reason) {
  const auto& state = self->state;
  return in_context(*state.context, reason, state.setup.stream.to_string(), {},
                    stage::controller_call);
}

/// Whether a segment of the start lies behind the reader's end.
[[nodiscard]] bool lies_behind_end(stream_reader_pointer self, segment_id id);

/// Reads a segment of the start from `offset` on; -1 counts as read.
void add_segment(stream_reader_pointer self, segment_id id, std::int64_t offset);

/// A segment's end was handed out: its successors are read next, as soon as all their
/// predecessors are read.
void on_segment_read(stream_reader_pointer self, const segment_end& end);

/// Asks for the successors of a segment; again until the deadline.
void ask_successors(stream_reader_pointer self, const successors_due& due);

}  // namespace pravega_actor::internal
