#include "writer/event_writer_actor.hpp"

#include <utility>

#include "core/bounded_timeout.hpp"
#include "pravega_actor/actor_errors.hpp"
#include "supervision/watch_owner.hpp"
#include "writer/pending_answers.hpp"

namespace pravega_actor::internal {

namespace {

caf::error exit_reason_of(const write_log& log) {
  const auto failure = log.failure();
  return failure ? to_caf_error(*failure) : caf::error{};
}

void tell_failure(event_writer_state& state) {
  if (!state.setup.on_failed) return;
  const auto failure = state.log->failure();
  const auto tell = std::exchange(state.setup.on_failed, nullptr);
  if (failure) tell(*failure);
}

// Ends the actor when its writer has ended and nobody needs to hear so from it any more.
void end_if_over(writer_pointer self) {
  auto& state = self->state;
  if (!state.log->over()) return;
  tell_failure(state);
  if (state.supervisor) {
    if (!std::exchange(state.stopping_supervisor, true))
      self->send_exit(state.supervisor, caf::exit_reason::user_shutdown);
    return;
  }
  const auto& use = state.setup.use;
  const bool stays =
      use.by_messages && !use.ends_failed && !state.released && state.log->failure();
  if (!stays) self->quit(exit_reason_of(*state.log));
}

void look_at_inbox(writer_pointer self) {
  deliver_outcomes(self);
  // What was found stored completes here; behind the inbox, which wakes the actor again then.
  if (!self->state.setup.options.name.empty()) self->state.log->deliver();
  end_if_over(self);
}

void on_owner_down(writer_pointer self) {
  auto& state = self->state;
  state.owner_gone = true;
  if (!state.on_open) state.log->start_close(state.setup.options.close_timeout, {});
}

void on_down(writer_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  if (state.supervisor && down.source == state.supervisor.address()) {
    state.supervisor = nullptr;
    if (classify_exit(down.reason) == exit_kind::failure)
      state.log->fail(error{errc::retries_exhausted,
                            "the supervisor gave up: " + describe_exit(down.reason)});
    return look_at_inbox(self);
  }
  if (down.source == state.setup.use.owner) on_owner_down(self);
  forget_sender(self, down.source.id());
}

// A writer that has failed exits with its failure, even if others end its actor.
void on_exit(writer_pointer self, const caf::exit_msg& exit) {
  if (!exit.reason) return;
  const auto failure = self->state.log->failure();
  self->quit(failure ? to_caf_error(*failure) : exit.reason);
}

void on_closing(writer_pointer self, duration timeout) {
  auto& state = self->state;
  state.released = true;
  // The longest time is no deadline: its timer would keep the actor's memory.
  if (!state.log->over() && timeout < timeout_max)
    self->delayed_send(writer_actor{self}, timeout, writer_close_due{});
  look_at_inbox(self);
}

void set_up(writer_pointer self, std::shared_ptr<const segment_context> context,
            event_writer_setup setup, std::function<void(result<opened_writer>)> on_open) {
  auto& state = self->state;
  const auto me = weak_self(self);
  state.inbox = std::make_shared<completion_inbox>([me] { me.send(completions_ready{}); });
  state.log = std::make_shared<write_log>(setup.stream, setup.options, context->env->random(),
                                          context->writing);
  state.context = std::move(context);
  if (state.context->owed) state.context->owed->add(state.log);
  state.setup = std::move(setup);
  state.on_open = std::move(on_open);
  state.open_deadline = state.context->env->now() + state.context->request_timeout;
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  self->set_exit_handler([self](const caf::exit_msg& exit) { on_exit(self, exit); });
  state.owner_gone = !watch_owner(self, state.setup.use.owner);
}

}  // namespace

event_writer_state::~event_writer_state() {
  if (on_open)
    on_open(error{errc::actor_terminated, "the event writer ended while it was opened"});
  if (!log) return;
  log->fail(writer_actor_ended());
  answer_at_death(*this);
  if (supervisor) caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
  if (stores) caf::anon_send_exit(stores, caf::exit_reason::user_shutdown);
}

writer_actor::behavior_type event_writer_actor(
    writer_pointer self, std::shared_ptr<const segment_context> context,
    event_writer_setup setup, std::function<void(result<opened_writer>)> on_open) {
  set_up(self, std::move(context), std::move(setup), std::move(on_open));
  look_up_segments(self);
  // A wake-up may have been lost for lack of memory: what has come is answered first.
  const auto answer = [self](const auto& what) {
    deliver_outcomes(self);
    return take(self, what);
  };
  return {
      [answer](const write_event& what) { return answer(what); },
      [answer](const write_batch& what) { return answer(what); },
      [answer](const write_events& what) { return answer(what); },
      [answer](const await_credit& what) { return answer(what); },
      [answer](const use_credit& what) { answer(what); },
      [answer](const flush_events& what) { return answer(what); },
      [answer](const subscribe_progress& what) { answer(what); },
      [answer](const close_writer& what) { return answer(what); },
      [answer](const drain& what) { return answer(what); },
      [answer](const check_sender& what) { return answer(what); },
      [answer](const finish_writing& what) { return answer(what); },
      [self](const get_writer_status&) { return self->state.log->status(); },
      [self](const get_stored_numbers&) { return self->state.log->stored(); },
      [self](const look_up_again&) { look_up_segments(self); },
      [self](const segments_added& what) {
        if (!self->state.setup.options.name.empty()) return claim_added(self, what);
        for (const auto& channel : what.channels)
          supervise_segment(self, channel, what.delegation_token);
      },
      [self](const writer_closing& what) { on_closing(self, what.timeout); },
      [self](const writer_close_due&) { self->state.log->close_deadline(); },
      [self](const completions_ready&) { look_at_inbox(self); },
      [self](const credits_due&) { expire_credits(self); },
      [self](const claim_pause_over& what) { take(self, what); },
  };
}

}  // namespace pravega_actor::internal
