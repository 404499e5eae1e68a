#include "group_reader/event_reader_actor.hpp"

#include <utility>

#include "group_reader/event_reader_delivery.hpp"
#include "group_reader/event_reader_membership.hpp"
#include "pravega_actor/actor_errors.hpp"
#include "supervision/watch_owner.hpp"
#include "supervision/weak_handle.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = event_reader_pointer;

void start_synchronizer(self_pointer self) {
  auto& state = self->state;
  synchronizer_setup setup;
  setup.stream = state_stream_of(state.setup.group);
  setup.timing = state.setup.synchronizing;
  state.synchronizer = spawn_synchronizer<group_model>(self, state.context, std::move(setup));
  self->monitor(state.synchronizer);
}

void open_queue(self_pointer self) {
  auto& state = self->state;
  const auto& group = state.setup.group;
  // The streams come with the segments; the first names what is read, for errors.
  state.queue = std::make_shared<slice_queue>(scoped_stream{group.scope, group.group});
  if (state.context->owed) state.context->owed->add(state.queue);
  state.queue->open(
      {{}, [to = weak_handle<event_reader_inside>{self}] { to.send(event_reading_over{}); }});
}

void on_owner_down(self_pointer self) {
  self->state.owner_is_gone = true;
  leave(self);
}

void on_supervisor_down(self_pointer self, const caf::error& reason) {
  auto& state = self->state;
  state.supervisor = nullptr;
  if (state.outcome) return;
  end_with(self,
           error{errc::retries_exhausted, "the supervisor gave up: " + describe_exit(reason)});
}

// The next one reads the group's state anew.
void on_synchronizer_down(self_pointer self) {
  if (self->state.left) return;
  start_synchronizer(self);
}

// An actor may be subscriber and owner at once.
void on_down(self_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  if (state.consumer && down.source == state.consumer.address()) unsubscribe(self);
  if (state.setup.owner && down.source == state.setup.owner) on_owner_down(self);
  if (state.supervisor && down.source == state.supervisor.address())
    on_supervisor_down(self, down.reason);
  if (down.source == state.synchronizer.address()) on_synchronizer_down(self);
}

void begin(self_pointer self) {
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  open_queue(self);
  auto& state = self->state;
  state.supervisor =
      start_supervisor(self, *state.context, state.setup.path, state.setup.supervision);
  start_synchronizer(self);
  if (state.setup.buries) {
    state.machine.bury(*state.setup.buries);
    on_owner_down(self);
  } else if (watch_owner(self, self->state.setup.owner)) {
    step(self);
  } else {
    on_owner_down(self);
  }
}

void on_over(self_pointer self) {
  auto& state = self->state;
  if (state.outcome) return;
  if (const auto why = state.queue->failure()) fail_reading(self, *why);
}

caf::typed_response_promise<event_reader_closed> close(self_pointer self) {
  auto promise = self->make_response_promise<event_reader_closed>();
  self->state.closing.push_back(promise);
  leave(self);
  return promise;
}

}  // namespace

event_reader_state::~event_reader_state() {
  const auto reason = error{errc::actor_terminated, "the reader's actor ended"}.with_subject(
      setup.group.to_string());
  if (on_open) on_open(reason);
  if (queue) queue->fail(reason);
  if (consumer)
    caf::anon_send(consumer, event_reader_ended{outcome.value_or(reason), machine.released()});
  for (auto& each : closing)
    each.deliver(event_reader_closed{reason, machine.released()});
  if (synchronizer) caf::anon_send_exit(synchronizer, caf::exit_reason::user_shutdown);
  if (supervisor) caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
}

event_reader_inside::behavior_type event_reader_actor(
    event_reader_pointer self, std::shared_ptr<const segment_context> context,
    event_reader_setup setup, std::function<void(const result<event_reader_handle>&)> on_open) {
  auto& state = self->state;
  state.context = std::move(context);
  state.setup = std::move(setup);
  state.on_open = std::move(on_open);
  state.book = event_book{state.setup.unreleased_bytes_max};
  const auto& options = state.setup.options;
  state.machine = member_machine{{state.setup.reader, options.initial_allocation_delay,
                                  options.release_between_checkpoints,
                                  state.setup.recovery_timeout, options.lease}};
  begin(self);
  return {
      [self](const subscribe_event_reader& what) { subscribe(self, what); },
      [self](const read_demand& what) { take_demand(self, what); },
      [self](const release_through& what) { return release(self, what); },
      [self](const give_segment_back& what) { return give_back(self, what); },
      [self](const get_position&) {
        return event_reader_position{self->state.machine.released()};
      },
      [self](const get_reader_status&) { return status_of(self); },
      [self](const close_reader&) { return close(self); },
      [self](const member_step_due& what) {
        if (self->state.next_step == what.at) self->state.next_step.reset();
        step(self);
      },
      [self](const event_reader_readable&) {
        self->state.armed = false;
        deliver(self);
      },
      [self](const event_reading_over&) { on_over(self); },
      [self](const leaving_over&) { give_up_leaving(self); },
      [self](const group_successors_due& due) { ask_successors(self, due); },
      [self](const group_reset_over& what) { on_reset_over(self, what.outcome); },
  };
}

}  // namespace pravega_actor::internal
