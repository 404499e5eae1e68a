#include "reader/stream_reader_actor.hpp"

#include <utility>

#include "pravega_actor/actor_errors.hpp"
#include "reader/stream_reader_delivery.hpp"
#include "reader/stream_reader_opening.hpp"
#include "reader/stream_reader_segments.hpp"
#include "supervision/watch_owner.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = stream_reader_pointer;

// What went wrong; to be closed is nothing wrong.
result<void> failure_of(const stream_reader_state& state) {
  const bool failed =
      state.outcome && !*state.outcome && state.outcome->error() != errc::closed;
  return failed ? *state.outcome : result<void>{};
}

void quit(self_pointer self) {
  const auto outcome = failure_of(self->state);
  if (outcome)
    self->quit();
  else
    self->quit(to_caf_error(outcome.error()));
}

void quit_if_alone(self_pointer self) {
  if (self->state.closing && !self->state.supervisor) quit(self);
}

// The queue is closed, or has failed.
void on_over(self_pointer self) {
  auto& state = self->state;
  if (const auto why = state.queue->failure()) end_reading(self, *why);
  const bool failed = !failure_of(state);
  if (state.setup.use == reader_use::handle || (state.setup.ends_failed && failed))
    state.closing = true;
  quit_if_alone(self);
}

reader_closed close(self_pointer self, const char* why) {
  auto& state = self->state;
  if (const auto failure = state.queue->failure()) end_reading(self, *failure);
  end_reading(self, error{errc::closed, why}.with_subject(state.setup.stream.to_string()));
  state.queue->close();
  state.closing = true;
  quit_if_alone(self);
  return {failure_of(state), state.book.released()};
}

void on_owner_down(self_pointer self) {
  auto& state = self->state;
  const auto why = "the reader's owner has ended";
  if (state.on_open) return refuse_to_open(self, error{errc::closed, why});
  (void)close(self, why);
}

void on_supervisor_down(self_pointer self, const caf::error& reason) {
  auto& state = self->state;
  state.supervisor = nullptr;
  if (!state.outcome) {
    const error why{errc::retries_exhausted,
                    "the supervisor gave up: " + describe_exit(reason)};
    state.queue->fail(why.with_stage(stage::read).with_subject(state.setup.stream.to_string()));
    return on_over(self);
  }
  quit_if_alone(self);
}

// An actor may be subscriber and owner at once.
void on_down(self_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  if (state.consumer && down.source == state.consumer.address()) unsubscribe(self);
  if (state.setup.owner && down.source == state.setup.owner) on_owner_down(self);
  if (state.supervisor && down.source == state.supervisor.address())
    on_supervisor_down(self, down.reason);
}

void begin(self_pointer self) {
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  if (watch_owner(self, self->state.setup.owner))
    begin_to_open(self);
  else
    on_owner_down(self);
}

}  // namespace

stream_reader_state::~stream_reader_state() {
  const auto reason =
      error{errc::actor_terminated, "the stream reader's actor ended"}.with_subject(
          setup.stream.to_string());
  if (on_open) on_open(reason);
  if (queue) queue->fail(reason);
  if (consumer)
    caf::anon_send(consumer, reader_ended{outcome.value_or(reason), book.released()});
  if (infos) caf::anon_send_exit(infos, caf::exit_reason::user_shutdown);
  if (supervisor) caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
}

stream_reader_inside::behavior_type stream_reader_actor(
    stream_reader_pointer self, std::shared_ptr<const segment_context> context,
    stream_reader_setup setup, std::function<void(result<opened_reader>)> on_open) {
  auto& state = self->state;
  state.queue = std::make_shared<slice_queue>(setup.stream);
  state.context = std::move(context);
  if (state.context->owed) state.context->owed->add(state.queue);
  state.setup = std::move(setup);
  state.on_open = std::move(on_open);
  begin(self);
  return {
      [self](const subscribe_reader& what) { subscribe(self, what); },
      [self](const read_demand& what) { take_demand(self, what); },
      [self](const release_through& what) { return release(self, what); },
      [self](const get_position&) {
        return reader_position{self->state.queue->position(), self->state.book.released()};
      },
      [self](const get_reader_status&) { return status_of(self); },
      [self](const close_reader&) { return close(self, "the reader is closed"); },
      [self](const drain&) {
        (void)close(self, "the client is closed");
        return drained{};
      },
      [self](const open_again&) { go_on_opening(self); },
      [self](const successors_due& due) { ask_successors(self, due); },
      [self](const reader_readable&) {
        self->state.armed = false;
        deliver(self);
      },
      [self](const reader_segment_read& what) { on_segment_read(self, what.end); },
      [self](const reading_over&) { on_over(self); },
  };
}

}  // namespace pravega_actor::internal
