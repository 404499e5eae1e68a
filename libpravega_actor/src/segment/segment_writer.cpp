#include "segment/segment_writer.hpp"

namespace pravega_actor {

namespace {

using self_pointer = caf::stateful_actor<segment_writer_state>*;

void perform(self_pointer self, const append_machine::actions& todo);

// A failure with the addresses that a user needs.
error in_context(self_pointer self, const error& reason) {
  const auto& state = self->state;
  auto full = reason;
  if (full.subject().empty()) full = full.with_subject(state.channel->name());
  if (full.controller().empty()) full = full.with_controller(state.context->controller_address);
  if (full.segment_store().empty() && !state.store.empty())
    full = full.with_segment_store(state.store);
  return full;
}

void fail(self_pointer self, const error& reason) {
  auto& state = self->state;
  const auto full = in_context(self, reason);
  state.channel->note_trouble(full);
  perform(self, state.machine->on_failure(full, state.context->env->now(),
                                          state.context->env->random(),
                                          state.channel->events_wait()));
}

// A requested actor that is down or late counts like a failed attempt.
auto on_request_error(self_pointer self, stage at) {
  return [self, at](const caf::error&) {
    fail(self, error{errc::actor_terminated, "an internal request failed"}.with_stage(at));
  };
}

void locate(self_pointer self) {
  const auto& context = *self->state.context;
  self->request(context.controller->get(), context.request_timeout,
                controller_call{controller::get_uri{self->state.channel->of()}})
      .then(
          [self](const controller_answer& answer) {
            auto& state = self->state;
            auto where = reply_of<controller::get_uri>(answer);
            if (where) state.store = where->to_string();
            const auto found =
                where ? where : result<endpoint>{in_context(self, where.error())};
            if (!found) state.channel->note_trouble(found.error());
            perform(self, state.machine->on_located(found, state.context->env->now(),
                                                    state.context->env->random(),
                                                    state.channel->events_wait()));
          },
          on_request_error(self, stage::controller_call));
}

void on_session(self_pointer self, const session_opened& opened) {
  auto& state = self->state;
  if (!opened.outcome) return fail(self, opened.outcome.error());
  const bool wanted = state.machine->at() == append_machine::phase::connecting;
  if (!wanted) return (*opened.outcome)->close(errc::cancelled);
  if (!state.channel->use(state.generation, *opened.outcome))
    return fail(self, error{errc::connection_lost, "it ended before it was used"});
  perform(self, state.machine->on_connected(state.context->env->now()));
}

struct performer {
  self_pointer self;

  void operator()(const append_machine::locate&) const { locate(self); }
  void operator()(const append_machine::connect& a) const {
    const auto& context = *self->state.context;
    self->request(context.connections->get(), context.request_timeout, open_session{a.to, true})
        .then([me = self](const session_opened& opened) { on_session(me, opened); },
              on_request_error(self, stage::connect));
  }
  void operator()(const append_machine::send_setup&) const {
    self->state.channel->send_setup(self->state.generation, self->state.delegation_token);
  }
  void operator()(const append_machine::arm_handshake& a) const {
    self->delayed_send(self, a.delay, handshake_over{a.attempt});
  }
  void operator()(const append_machine::resume& a) const {
    auto& state = self->state;
    auto resumed = state.channel->resume(state.generation, a.stored);
    if (!resumed) {
      state.resume_refused = true;
      self->send(self, channel_said{state.generation, append_refused{resumed.error()}});
    } else if (!state.channel->events_wait()) {
      state.machine->on_nothing_waits();
    }
  }
  void operator()(const append_machine::disconnect& a) const {
    self->state.channel->disconnect(self->state.generation, a.reason);
  }
  void operator()(const append_machine::arm_backoff& a) const {
    self->delayed_send(self, a.delay, backoff_over{a.attempt});
  }
  void operator()(const append_machine::publish& a) const {
    const auto& context = *self->state.context;
    context.bus->publish(
        {a.kind, self->state.path,
         a.kind == event_kind::connected ? std::string{} : a.reason.to_string(),
         context.env->now()});
  }
  void operator()(const append_machine::give_up& a) const {
    auto& state = self->state;
    const bool certain = a.certain && !state.resume_refused;
    state.channel->give_up(state.generation, in_context(self, a.reason), certain);
    self->quit();
  }
};

void perform(self_pointer self, const append_machine::actions& todo) {
  auto env = self->state.context->env;
  for (const auto& each : todo) {
    const auto name = append_machine::name_of(each);
    if (env->strike("segment_writer", name, strike_moment::before))
      return self->quit(caf::exit_reason::kill);
    std::visit(performer{self}, each);
    if (env->strike("segment_writer", name, strike_moment::after))
      return self->quit(caf::exit_reason::kill);
  }
}

void on_refused(self_pointer self, const error& reason) {
  auto& machine = *self->state.machine;
  const auto full = in_context(self, reason);
  switch (reason.code()) {
    case errc::segment_sealed:
      return perform(self, machine.on_sealed(full));
    case errc::segment_not_found:
      return perform(self, machine.on_missing(full));
    case errc::protocol_violation:
    case errc::token_rejected:
    case errc::unsupported_operation:
      return perform(self, machine.on_violation(full));
    default:
      return fail(self, reason);
  }
}

struct notice_visitor {
  self_pointer self;
  void operator()(const setup_answered& n) const {
    perform(self, self->state.machine->on_setup(n.stored));
  }
  void operator()(const append_progressed&) const { self->state.machine->on_progress(); }
  void operator()(const append_refused& n) const { on_refused(self, n.reason); }
  void operator()(const channel_closed& n) const { fail(self, n.reason); }
};

}  // namespace

segment_writer_state::~segment_writer_state() {
  if (channel) channel->detach(generation);
}

caf::behavior segment_writer(caf::stateful_actor<segment_writer_state>* self,
                             std::shared_ptr<const segment_context> context,
                             std::shared_ptr<append_channel> channel, std::string path,
                             std::string delegation_token) {
  auto& state = self->state;
  state.machine = std::make_unique<append_machine>(context->append);
  state.context = std::move(context);
  state.channel = std::move(channel);
  state.path = std::move(path);
  state.delegation_token = std::move(delegation_token);
  caf::actor_addr me{self->address()};
  state.generation = state.channel->attach([me](std::uint64_t generation, channel_notice what) {
    auto alive = caf::actor_cast<caf::actor>(me);
    if (alive) caf::anon_send(alive, channel_said{generation, std::move(what)});
  });
  perform(self, state.machine->start());
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
      [self](const get_segment_writer_status&) {
        const auto& s = self->state;
        const auto& last = s.machine->last_failure();
        return segment_writer_status{s.channel->name(), std::string{to_string(s.machine->at())},
                                     s.channel->look(), s.machine->failures(),
                                     last ? last->to_string() : std::string{}};
      },
  };
}

}  // namespace pravega_actor
