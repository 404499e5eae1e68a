#include "read/segment_reader.hpp"

#include "requests/ask_controller.hpp"
#include "requests/refusal_kind.hpp"
#include "supervision/perform_actions.hpp"
#include "supervision/weak_handle.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = segment_reader_inside::stateful_pointer<segment_reader_state>;

void perform(self_pointer self, const read_machine::actions& todo);

time_point now_of(self_pointer self) {
  return self->state.context->env->now();
}
std::uint64_t random_of(self_pointer self) {
  return self->state.context->env->random();
}

error in_context(self_pointer self, const error& reason, stage otherwise = stage::read) {
  const auto& state = self->state;
  return in_context(*state.context, reason, state.channel->name(), state.store, otherwise);
}

void fail(self_pointer self, const error& reason) {
  auto& state = self->state;
  const auto full = in_context(self, reason);
  state.channel->note_trouble(state.generation, full);
  perform(self, state.machine->on_failure(full, now_of(self), random_of(self)));
}

// A requested actor that is down or late counts like a failed attempt.
error request_lost(stage at) {
  return error{errc::actor_terminated, "an internal request failed"}.with_stage(at);
}

void on_located(self_pointer self, result<located_segment> found) {
  auto& state = self->state;
  if (found) {
    state.store = found->store.to_string();
    if (found->new_token) state.channel->set_token(state.generation, *found->new_token);
  } else {
    found = in_context(self, found.error(), stage::controller_call);
    state.channel->note_trouble(state.generation, found.error());
  }
  perform(self, state.machine->on_located(store_of(found), now_of(self), random_of(self)));
}

void locate(self_pointer self, bool needs_token) {
  locate_segment(
      calls_of(self, self->state.context), self->state.channel->of(), access_operation::read,
      needs_token, [self](const result<located_segment>& found) { on_located(self, found); },
      [self] { fail(self, request_lost(stage::controller_call)); });
}

void on_session(self_pointer self, const session_opened& opened) {
  auto& state = self->state;
  // An answer that comes too late must not end what works meanwhile.
  if (state.machine->at() != read_machine::phase::connecting) return;
  if (!opened.outcome)
    return fail(self, in_context(self, opened.outcome.error(), stage::connect));
  if (!state.channel->use(state.generation, *opened.outcome))
    return fail(self, error{errc::connection_lost, "it ended before it was used"});
  perform(self, state.machine->on_connected(now_of(self)));
}

struct performer {
  self_pointer self;

  void operator()(const read_machine::locate& a) const { locate(self, a.needs_token); }
  void operator()(const read_machine::connect& a) const {
    const auto& context = *self->state.context;
    self->request(context.connections->get(), context.request_timeout,
                  open_session{a.to, false})
        .then([me = self](const session_opened& opened) { on_session(me, opened); },
              [me = self](const caf::error&) { fail(me, request_lost(stage::connect)); });
  }
  void operator()(const read_machine::read&) const {
    self->state.channel->resume(self->state.generation);
  }
  void operator()(const read_machine::arm_pause& a) const {
    self->delayed_send(segment_reader_inside{self}, a.delay, read_pause_over{a.attempt});
  }
  void operator()(const read_machine::disconnect&) const {
    self->state.channel->disconnect(self->state.generation);
  }
  void operator()(const read_machine::arm_backoff& a) const {
    self->delayed_send(segment_reader_inside{self}, a.delay, read_backoff_over{a.attempt});
  }
  void operator()(const read_machine::publish& a) const {
    const auto& context = *self->state.context;
    library_event event{a.kind, self->state.setup.path, {}, context.env->now()};
    if (a.kind != event_kind::connected) {
      event.cause = a.reason.to_string();
      event.reason = a.reason;
    }
    context.bus->publish(event);
  }
  void operator()(const read_machine::skip& a) const {
    self->state.channel->skip(self->state.generation, a.to);
  }
  void operator()(const read_machine::skip_rest&) const {
    self->state.channel->skip_rest(self->state.generation);
  }
  void operator()(const read_machine::give_up& a) const {
    self->state.channel->give_up(self->state.generation, in_context(self, a.reason));
    self->quit();
  }
  void operator()(const read_machine::finish&) const { self->quit(); }
};

void perform(self_pointer self, const read_machine::actions& todo) {
  perform_actions<read_machine>(self, self->state.context->env, todo, performer{self});
}

void on_refused(self_pointer self, const read_refused& refused) {
  auto& machine = *self->state.machine;
  const auto& reason = refused.reason;
  const auto full = in_context(self, reason);
  switch (kind_of_refusal(reason.code())) {
    case refusal_kind::missing:
      return perform(self, machine.on_missing(full));
    case refusal_kind::violation:
      return perform(self, machine.on_violation(full));
    // The flow finishes a sealed segment by itself.
    case refusal_kind::sealed:
    case refusal_kind::failure:
      machine.on_waited(refused.waited);
      return fail(self, reason);
  }
}

struct notice_visitor {
  self_pointer self;
  void operator()(const read_progressed& n) const {
    self->state.machine->on_answer();
    if (n.data) self->state.machine->on_progress();
  }
  void operator()(const read_empty&) const { perform(self, self->state.machine->on_empty()); }
  void operator()(const read_truncated& n) const {
    auto& machine = *self->state.machine;
    const auto reason = in_context(self, n.reason);
    machine.on_waited(n.waited);
    perform(self, n.again ? machine.on_truncated_again(reason, n.start_offset, now_of(self),
                                                       random_of(self))
                          : machine.on_truncated(reason, n.start_offset));
  }
  void operator()(const read_refused& n) const { on_refused(self, n); }
  void operator()(const read_disconnected& n) const {
    self->state.machine->on_waited(n.waited);
    fail(self, n.reason);
  }
  void operator()(const read_finished&) const {
    perform(self, self->state.machine->on_finished());
  }
};

}  // namespace

segment_reader_state::~segment_reader_state() {
  if (channel) channel->detach(generation);
}

segment_reader_inside::behavior_type segment_reader(
    self_pointer self, std::shared_ptr<const segment_context> context,
    std::shared_ptr<read_channel> channel, segment_reader_setup setup) {
  auto& state = self->state;
  state.machine = std::make_unique<read_machine>(setup.timing, setup.on_truncation);
  state.context = std::move(context);
  state.channel = std::move(channel);
  state.setup = std::move(setup);
  state.generation = state.channel->attach(
      [me = weak_self(self)](std::uint64_t generation, const read_notice& what) {
        me.send(read_channel_said{generation, what});
      });
  // A predecessor may have died after its last reply.
  if (state.channel->finished())
    self->quit();
  else
    perform(self, state.machine->start());
  return {
      [self](const read_channel_said& said) {
        if (said.generation == self->state.generation)
          std::visit(notice_visitor{self}, said.notice);
      },
      [self](const read_pause_over& over) {
        perform(self, self->state.machine->on_pause_over(over.attempt));
      },
      [self](const read_backoff_over& over) {
        perform(self, self->state.machine->on_backoff_over(over.attempt));
      },
      [self](const get_segment_reader_status&) {
        const auto& s = self->state;
        const auto& last = s.machine->last_failure();
        return segment_reader_status{s.channel->name(), std::string{to_string(s.machine->at())},
                                     s.machine->failures(),
                                     last ? last->to_string() : std::string{}};
      },
  };
}

}  // namespace pravega_actor::internal
