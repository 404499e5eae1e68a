#include "reader/stream_reader_actor.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "reader/stream_reader_opening.hpp"
#include "reader/stream_reader_segments.hpp"

namespace pravega_actor {

namespace {

using self_pointer = stream_reader_pointer;

// --- delivery -------------------------------------------------------------------------------

void unsubscribe(self_pointer self) {
  self->state.consumer = nullptr;
  self->state.demand = 0;
}

struct deliverer {
  self_pointer self;
  void operator()(event_slice& slice) const {
    --self->state.demand;
    self->send(self->state.consumer, slice_delivered{std::move(slice)});
  }
  void operator()(const segment_end& end) const {
    self->send(self->state.consumer, segment_ended{end});
  }
  void operator()(const segment_gap& gap) const {
    self->send(self->state.consumer, segment_truncated_gap{gap});
  }
};

void wait_for_more(self_pointer self) {
  auto& state = self->state;
  if (std::exchange(state.armed, true)) return;
  (void)state.queue->when_readable([tell = to_self<reader_readable>(self)] { tell({}); });
}

void deliver(self_pointer self) {
  auto& state = self->state;
  while (state.consumer && state.demand > 0) {
    auto taken = state.queue->take_unreleased();
    if (!taken) {
      self->send(state.consumer, reader_failed{taken.error()});
      return unsubscribe(self);
    }
    if (!*taken) return wait_for_more(self);
    std::visit(deliverer{self}, **taken);
  }
}

void subscribe(self_pointer self, const caf::actor& consumer) {
  unsubscribe(self);
  self->state.consumer = consumer;
  self->monitor(consumer);
}

// --- the end --------------------------------------------------------------------------------

void on_ended(self_pointer self) {
  auto& state = self->state;
  if (std::exchange(state.ended, true)) return;
  if (state.consumer) {
    auto outcome = state.queue->take_unreleased();
    if (!outcome) self->send(state.consumer, reader_failed{outcome.error()});
    unsubscribe(self);
  }
  if (state.supervisor)
    self->send_exit(state.supervisor, caf::exit_reason::user_shutdown);
  else
    self->quit();
}

void on_down(self_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  if (state.consumer && down.source == state.consumer.address()) return unsubscribe(self);
  if (!state.supervisor || down.source != state.supervisor.address()) return;
  if (classify_exit(down.reason) == exit_kind::failure)
    state.queue->fail(
        error{errc::retries_exhausted, "the supervisor gave up: " + describe_exit(down.reason)}
            .with_stage(stage::read)
            .with_subject(state.setup.stream.to_string()));
  state.supervisor = nullptr;
  on_ended(self);
  self->quit();
}

}  // namespace

stream_reader_state::~stream_reader_state() {
  const error reason{errc::actor_terminated, "the stream reader's actor ended"};
  if (on_open) on_open(reason.with_subject(setup.stream.to_string()));
  if (queue) queue->fail(reason.with_subject(setup.stream.to_string()));
  if (consumer) caf::anon_send(consumer, reader_failed{reason});
  if (infos) caf::anon_send_exit(infos, caf::exit_reason::user_shutdown);
  if (supervisor) caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
}

caf::behavior stream_reader_actor(caf::stateful_actor<stream_reader_state>* self,
                                  std::shared_ptr<const segment_context> context,
                                  stream_reader_setup setup,
                                  std::function<void(result<opened_reader>)> on_open) {
  auto& state = self->state;
  state.queue = std::make_shared<slice_queue>(setup.stream);
  state.context = std::move(context);
  if (state.context->owed) state.context->owed->add(state.queue);
  state.setup = std::move(setup);
  state.on_open = std::move(on_open);
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  state.open_deadline = state.context->env->now() + state.context->request_timeout;
  begin_to_open(self);
  return {
      [self](const open_again&) { begin_to_open(self); },
      [self](const successors_due& due) { ask_successors(self, due); },
      [self](const subscribe_reader& what) { subscribe(self, what.consumer); },
      [self](const read_demand& what) {
        auto& s = self->state;
        if (!s.consumer) return;
        s.demand += std::min(what.slices, std::numeric_limits<std::size_t>::max() - s.demand);
        deliver(self);
      },
      [self](const keep_reader_open& what) { self->state.kept = what.handle; },
      [self](const release_slices&) { self->state.queue->release(); },
      [self](const get_reader_status&) { return self->state.queue->status(); },
      [self](const close_reader&) {
        self->state.queue->close();
        return reader_closed{self->state.queue->position()};
      },
      [self](const reader_readable&) {
        self->state.armed = false;
        deliver(self);
      },
      [self](const reader_segment_read& what) { on_segment_read(self, what.end); },
      [self](const reader_ended&) { on_ended(self); },
  };
}

}  // namespace pravega_actor
