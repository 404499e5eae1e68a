#include "append/segment_writer.hpp"

#include "requests/ask_controller.hpp"
#include "requests/refusal_kind.hpp"
#include "supervision/perform_actions.hpp"
#include "supervision/weak_handle.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = segment_writer_handle::stateful_pointer<segment_writer_state>;

void perform(self_pointer self, const append_machine::actions& todo);

error in_context(self_pointer self, const error& reason) {
  const auto& state = self->state;
  return in_context(*state.context, reason, state.channel->name(), state.store);
}

void fail(self_pointer self, const error& reason) {
  auto& state = self->state;
  const auto full = in_context(self, reason);
  const auto todo =
      state.machine->on_failure(full, state.context->env->now(), state.context->env->random(),
                                state.channel->events_wait());
  // The end of a connection whose refusal was heard before says nothing new.
  if (todo.empty()) return;
  state.channel->note_trouble(full);
  perform(self, todo);
}

// A requested actor that is down or late counts like a failed attempt.
error request_lost(stage at) {
  return error{errc::actor_terminated, "an internal request failed"}.with_stage(at);
}

auto on_controller_lost(self_pointer self) {
  return [self] { fail(self, request_lost(stage::controller_call)); };
}

// The answer with context; an error is noted.
template <class T>
result<T> noted(self_pointer self, result<T> answer) {
  if (answer) return answer;
  answer = in_context(self, answer.error());
  self->state.channel->note_trouble(answer.error());
  return answer;
}

void publish(self_pointer self, event_kind kind, std::string cause,
             std::optional<error> reason = std::nullopt) {
  const auto& context = *self->state.context;
  context.bus->publish(
      {kind, self->state.path, std::move(cause), context.env->now(), std::move(reason)});
}

void on_located(self_pointer self, const result<located_segment>& found) {
  auto& state = self->state;
  if (found) {
    auto store = found->store.to_string();
    if (!state.store.empty() && state.store != store)
      publish(self, event_kind::moved, "from " + state.store + " to " + store);
    state.store = std::move(store);
    if (found->new_token) state.delegation_token = *found->new_token;
  }
  perform(self, state.machine->on_located(store_of(found), state.context->env->now(),
                                          state.context->env->random(),
                                          state.channel->events_wait()));
}

void locate(self_pointer self, bool needs_token) {
  locate_segment(
      calls_of(self, self->state.context), self->state.channel->of(), access_operation::write,
      needs_token,
      [self](const result<located_segment>& found) { on_located(self, noted(self, found)); },
      on_controller_lost(self));
}

void on_successors(self_pointer self, const result<successor_answer>& answer) {
  auto& state = self->state;
  perform(self, state.machine->on_successors(answer, state.context->env->now(),
                                             state.context->env->random(),
                                             state.channel->events_wait()));
}

void ask_successors(self_pointer self) {
  const auto& state = self->state;
  ask_for_successors(
      calls_of(self, state.context), state.channel->of(), access_operation::write,
      [self](const result<successor_answer>& answer) {
        const bool fresh = answer && !answer->segments.empty();
        if (fresh && !answer->delegation_token.empty())
          self->state.delegation_token = answer->delegation_token;
        on_successors(self, noted(self, answer));
      },
      on_controller_lost(self));
}

void on_session(self_pointer self, const session_opened& opened) {
  auto& state = self->state;
  const bool wanted = state.machine->at() == append_machine::phase::connecting;
  if (!wanted) {
    if (opened.outcome && (*opened.outcome)->dedicated())
      (*opened.outcome)->close(errc::cancelled);
    return;
  }
  if (!opened.outcome) return fail(self, opened.outcome.error());
  if (!state.channel->use(state.generation, *opened.outcome))
    return fail(self, error{errc::connection_lost, "it ended before it was used"});
  perform(self, state.machine->on_connected());
}

// What the server says cannot be: nothing is certain any more.
void refuse_resume(self_pointer self, const error& why) {
  auto& state = self->state;
  state.resume_refused = true;
  self->send(segment_writer_handle{self}, channel_said{state.generation, append_refused{why}});
}

struct performer {
  self_pointer self;

  void operator()(const append_machine::locate& a) const { locate(self, a.needs_token); }
  void operator()(const append_machine::connect& a) const {
    const auto& state = self->state;
    const auto& context = *state.context;
    const bool own =
        state.channel->policy().has_own_connection || state.channel->needs_own_session();
    self->request(context.connections->get(), context.request_timeout, open_session{a.to, own})
        .then([me = self](const session_opened& opened) { on_session(me, opened); },
              [me = self](const caf::error&) { fail(me, request_lost(stage::connect)); });
  }
  void operator()(const append_machine::send_setup&) const {
    self->state.channel->send_setup(self->state.generation, self->state.delegation_token);
  }
  void operator()(const append_machine::inspect&) const {
    self->state.channel->send_inspection(self->state.generation, self->state.delegation_token);
  }
  void operator()(const append_machine::arm_handshake& a) const {
    self->delayed_send(segment_writer_handle{self}, a.delay, handshake_over{a.attempt});
  }
  void operator()(const append_machine::resume& a) const {
    auto& state = self->state;
    auto resumed = state.channel->resume(state.generation, a.stored);
    if (!resumed) {
      refuse_resume(self, resumed.error());
    } else if (!state.channel->events_wait()) {
      state.machine->on_nothing_waits();
    }
  }
  void operator()(const append_machine::disconnect& a) const {
    self->state.channel->disconnect(self->state.generation, a.reason);
  }
  void operator()(const append_machine::arm_backoff& a) const {
    self->delayed_send(segment_writer_handle{self}, a.delay, backoff_over{a.attempt});
  }
  void operator()(const append_machine::publish& a) const {
    if (a.kind == event_kind::connected) return publish(self, a.kind, {});
    publish(self, a.kind, a.reason.to_string(), a.reason);
  }
  void operator()(const append_machine::finalize& a) const {
    auto& state = self->state;
    auto known = state.channel->finalize(state.generation, a.stored);
    if (!known) refuse_resume(self, known.error());
  }
  void operator()(const append_machine::check_sealed&) const { ask_successors(self); }
  void operator()(const append_machine::ask_successors&) const { ask_successors(self); }
  void operator()(const append_machine::hand_over& a) const {
    auto& state = self->state;
    state.channel->hand_over(state.generation, a.to, state.delegation_token);
    self->quit();
  }
  void operator()(const append_machine::give_up& a) const {
    auto& state = self->state;
    const bool certain = a.certain && !state.resume_refused;
    state.channel->give_up(state.generation, in_context(self, a.reason), certain);
    self->quit();
  }
};

void perform(self_pointer self, const append_machine::actions& todo) {
  perform_actions<append_machine>(self, self->state.context->env, todo, performer{self});
}

void on_refused(self_pointer self, const append_refused& refused) {
  auto& machine = *self->state.machine;
  const auto& reason = refused.reason;
  const auto full = in_context(self, reason);
  switch (kind_of_refusal(reason.code())) {
    case refusal_kind::sealed:
      return perform(self, machine.on_sealed(full));
    case refusal_kind::missing:
      return perform(self, machine.on_missing(full, refused.in_doubt));
    case refusal_kind::violation:
      return perform(self, machine.on_violation(full));
    case refusal_kind::failure:
      return fail(self, reason);
  }
}

// A 0.13 store closes a connection when the token ends with which it was begun, and again,
// without a word, when a SetupAppend has that token.
error with_doubt_in_token(self_pointer self, const error& reason) {
  const auto& state = self->state;
  const bool unanswered = state.machine->at() == append_machine::phase::setting_up;
  if (!unanswered || state.delegation_token.empty()) return reason;
  return error{errc::token_expired,
               "the connection ended before its set-up was answered: " + reason.to_string()}
      .with_stage(stage::setup_append)
      .with_segment_store(reason.segment_store());
}

struct notice_visitor {
  self_pointer self;
  void operator()(const setup_answered& n) const {
    perform(self, self->state.machine->on_setup(n.stored));
  }
  void operator()(const append_progressed&) const { self->state.machine->on_progress(); }
  void operator()(const segment_inspected& n) const {
    auto& s = self->state;
    perform(self, s.machine->on_inspected(n.sealed, s.context->env->now(),
                                          s.context->env->random(), s.channel->events_wait()));
  }
  void operator()(const append_refused& n) const { on_refused(self, n); }
  void operator()(const channel_closed& n) const {
    fail(self, with_doubt_in_token(self, n.reason));
  }
};

append_machine::actions first_actions(self_pointer self) {
  auto& state = self->state;
  auto todo = state.machine->start(state.channel->final_known());
  if (!state.channel->seal_expected()) return todo;
  auto sealed = state.machine->on_sealed(in_context(self, expected_seal()));
  return sealed.empty() ? todo : sealed;
}

}  // namespace

segment_writer_state::~segment_writer_state() {
  if (channel) channel->detach(generation);
}

segment_writer_handle::behavior_type segment_writer(
    self_pointer self, std::shared_ptr<const segment_context> context,
    segment_writer_setup setup) {
  auto& state = self->state;
  state.machine = std::make_unique<append_machine>(setup.timing, setup.channel->policy());
  state.context = std::move(context);
  state.channel = std::move(setup.channel);
  state.path = std::move(setup.path);
  state.delegation_token = std::move(setup.delegation_token);
  state.generation = state.channel->attach(
      [me = weak_self(self)](std::uint64_t generation, channel_notice what) {
        me.send(channel_said{generation, std::move(what)});
      });
  if (state.channel->retired())
    self->quit();
  else
    perform(self, first_actions(self));
  return {
      [self](const channel_said& said) {
        if (said.generation == self->state.generation)
          std::visit(notice_visitor{self}, said.notice);
      },
      [self](const handshake_over& over) {
        auto& s = self->state;
        perform(self, s.machine->on_handshake_timeout(over.attempt, s.context->env->now(),
                                                      s.context->env->random(),
                                                      s.channel->events_wait()));
      },
      [self](const backoff_over& over) {
        perform(self, self->state.machine->on_backoff_over(over.attempt));
      },
  };
}

}  // namespace pravega_actor::internal
