#include "transaction/transaction_actor.hpp"

#include <utility>

#include "supervision/watch_owner.hpp"
#include "writer/pending_answers.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = transaction_pointer;

// What is refused is answered here; the writer answers everything else, in the sender's order.
template <class Answer, class Message>
caf::result<Answer> pass_on(self_pointer self, const Message& what,
                            Answer (*refused)(const error&)) {
  if (const auto why = refusal_of(self)) return refused(*why);
  return self->delegate(self->state.writer, what);
}

event_written refused_event(const error& why) {
  return {{0, false, why}};
}
events_written refused_events(const error& why) {
  return {0, 0, 0, why};
}
events_flushed refused_flush(const error& why) {
  return {why};
}
credit refused_credit(const error& why) {
  return {0, why};
}

template <class Act>
caf::typed_response_promise<transaction_outcome> answer_by(self_pointer self, const Act& act) {
  const auto& sender = self->current_sender();
  const auto id = sender ? sender->id() : sender_gate::anonymous;
  auto promise = self->make_response_promise<transaction_outcome>();
  act(id, [promise](const result<void>& outcome) mutable {
    promise.deliver(transaction_outcome{outcome});
  });
  return promise;
}

caf::typed_response_promise<transaction_state_found> answer_state(
    self_pointer self, const get_transaction_state& what) {
  auto promise = self->make_response_promise<transaction_state_found>();
  find_state(self, what, [promise](const result<transaction_state>& found) mutable {
    promise.deliver(transaction_state_found{found});
  });
  return promise;
}

void on_writer_failed(self_pointer self, const error& why) {
  perform(self, self->state.machine->on_writer_failed(why, moment_of(self)));
}

void on_writer_opened(self_pointer self, const result<opened_writer>& writer) {
  auto& state = self->state;
  if (!writer) {
    answer_begin(self, writer.error());
    return on_writer_failed(self, writer.error());
  }
  state.log = writer->log;
  state.opened = writer->handle;
  if (auto why = state.machine->refusal()) state.log->refuse_with(*why);
  if (state.begun) answer_begin(self, {});
}

void on_down(self_pointer self, const caf::down_msg& down) {
  auto& state = self->state;
  if (state.writer && down.source == state.writer.address()) {
    state.writer = nullptr;
    // Its user may close it: that ends only the writing.
    if (const auto outcome = outcome_of_ended_writer(self); !outcome)
      on_writer_failed(self, outcome.error());
    return;
  }
  if (down.source == state.setup.owner) drop(self);
}

void on_exit(self_pointer self, const caf::exit_msg& exit) {
  if (!exit.reason) return;
  perform(self,
          self->state.machine->on_stop(
              error{errc::closed, "the transaction's actor was stopped"}, moment_of(self)));
  self->quit(exit.reason);
}

// The actor before has died: its transaction is brought to an end.
void bury(self_pointer self) {
  self->state.unneeded = true;
  const auto nobody = [](const result<void>&) {};
  if (self->state.setup.board->complete())
    commit(self, {}, sender_gate::anonymous, nobody);
  else
    abort(self, {}, nobody);
}

void begin(self_pointer self) {
  auto& state = self->state;
  self->set_down_handler([self](const caf::down_msg& down) { on_down(self, down); });
  self->set_exit_handler([self](const caf::exit_msg& exit) { on_exit(self, exit); });
  const auto deadline = state.context->env->now() + state.setup.timeout;
  const bool has_owner = watch_owner(self, state.setup.owner);
  if (!perform(self, state.machine->start({begin_caller, deadline}, moment_of(self)))) return;
  if (state.setup.buries) bury(self);
  if (!has_owner) drop(self);
}

}  // namespace

transaction_actor_state::~transaction_actor_state() {
  if (!machine) return;
  const std::string what = "the transaction's actor ended";
  const auto id = machine->id();
  if (setup.on_open) setup.on_open(error{errc::actor_terminated, what});
  for (auto& [number, caller] : callers)
    if (caller.done)
      caller.done(error{caller.at_death, what}.with_subject(
          id ? id->to_string() : setup.what.stream.to_string()));
  if (writer) caf::anon_send_exit(writer, caf::exit_reason::user_shutdown);
  if (setup.on_gone) setup.on_gone();
}

transaction_inside::behavior_type transaction_actor(
    self_pointer self, std::shared_ptr<const segment_context> context,
    transaction_actor_setup setup) {
  auto& state = self->state;
  state.context = std::move(context);
  state.setup = std::move(setup);
  state.machine = std::make_unique<transaction_machine>(state.setup.what);
  begin(self);
  return {
      [self](const write_event& what) { return pass_on(self, what, refused_event); },
      [self](const write_batch& what) { return pass_on(self, what, refused_event); },
      [self](const write_events& what) { return pass_on(self, what, refused_events); },
      [self](const await_credit& what) { return pass_on(self, what, refused_credit); },
      [self](const use_credit& what) {
        if (!refusal_of(self)) self->delegate(self->state.writer, what);
      },
      [self](const flush_events& what) { return pass_on(self, what, refused_flush); },
      [self](const commit_transaction& what) {
        return answer_by(self,
                         [&](auto sender, auto done) { commit(self, what, sender, done); });
      },
      [self](const abort_transaction& what) {
        return answer_by(self, [&](auto, auto done) { abort(self, what, done); });
      },
      [self](const drop_transaction&) { drop(self); },
      [self](const get_transaction_state& what) { return answer_state(self, what); },
      [self](const get_transaction_status&) { return status_of(self); },
      [self](const subscribe_transaction& what) { subscribe(self, what.sink); },
      [self](const commit_call& what) {
        commit(self, what.what, sender_gate::anonymous, what.done);
      },
      [self](const abort_call& what) { abort(self, what.what, what.done); },
      [self](const transaction_state_call& what) { find_state(self, what.what, what.done); },
      [self](const transaction_status_call& what) { what.done(status_of(self)); },
      [self](const watch_transaction_call& what) { watch(self, what); },
      [self](const transaction_writer_opened& what) { on_writer_opened(self, what.writer); },
      [self](const transaction_writer_failed& what) { on_writer_failed(self, what.why); },
      [self](const transaction_writer_over&) {
        on_flushed(self, outcome_of_ended_writer(self));
      },
      [self](const transaction_wake&) {
        perform(self, self->state.machine->on_wake(moment_of(self)));
      },
      [self](const transaction_linger_over&) {
        self->state.unneeded = true;
        self->quit();
      },
  };
}

}  // namespace pravega_actor::internal
