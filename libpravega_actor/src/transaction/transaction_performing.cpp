// How a transaction's actor carries out what its machine decides.
#include <algorithm>
#include <utility>

#include "supervision/perform_actions.hpp"
#include "transaction/transaction_actor.hpp"
#include "writer/pending_answers.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = transaction_pointer;
using machine = transaction_machine;

/// How long an actor that is used by messages stays when its transaction is over.
constexpr seconds linger{10};

transaction_end end_of(machine::phase last) {
  switch (last) {
    case machine::phase::committed:
      return transaction_end::committed;
    case machine::phase::aborted:
      return transaction_end::aborted;
    case machine::phase::expired:
      return transaction_end::expired;
    case machine::phase::lost:
      return transaction_end::unknown;
    case machine::phase::left:
      return transaction_end::left_open;
    default:
      return transaction_end::failed;
  }
}

const scoped_stream& stream_of(self_pointer self) {
  return self->state.setup.what.stream;
}

transaction_id id_of(self_pointer self) {
  return self->state.machine->id().value_or(transaction_id{});
}

event_writer_setup writer_setup(self_pointer self, const controller::created_transaction& in) {
  const auto& setup = self->state.setup;
  const auto me = weak_self(self);
  event_writer_setup out;
  out.stream = setup.what.stream;
  out.options = setup.writer;
  out.supervision = setup.supervision;
  out.timing = setup.timing;
  out.path = setup.path + "/writer";
  out.use.by_messages = true;
  out.parts = transaction_parts{in.id.value, in.segments, in.delegation_token};
  out.on_failed = [me](const error& why) { me.send(transaction_writer_failed{why}); };
  return out;
}

void open_writer(self_pointer self, const controller::created_transaction& in) {
  auto& state = self->state;
  state.writer = self->spawn(event_writer_actor, state.context, writer_setup(self, in),
                             [me = weak_self(self)](result<opened_writer> opened) {
                               me.send(transaction_writer_opened{std::move(opened)});
                             });
  self->monitor(state.writer);
}

void flush(self_pointer self) {
  if (!self->state.writer)
    return self->send(transaction_inside{self}, transaction_writer_over{});
  const auto refusal = self->state.machine->refusal();
  self->request(self->state.writer, caf::infinite,
                finish_writing{timeout_max, refusal.value_or(errc::transaction_committed)})
      .then([self](const writing_finished& got) { on_flushed(self, got.outcome); },
            [self](const caf::error&) { on_flushed(self, outcome_of_ended_writer(self)); });
}

void tell_ended(self_pointer self, const transaction_ended& what) {
  auto& state = self->state;
  state.ended = what;
  std::exchange(state.setup.on_over, nullptr)(what);
  if (state.sink) self->send(state.sink, what);
  if (state.watch.ended) call_unheard(state.watch.ended, what);
  if (!state.setup.has_handle)
    self->delayed_send(transaction_inside{self}, linger, transaction_linger_over{});
}

struct performer {
  self_pointer self;

  void operator()(const machine::create& a) const {
    const auto& what = self->state.setup.what;
    ask(self, controller::create_transaction{what.stream, to_ms(what.lease)}, a.timeout,
        [me = self](const result<controller::created_transaction>& got) {
          auto& state = me->state;
          if (got) state.setup.board->set_id(got->id);
          perform(me, state.machine->on_created(got, moment_of(me)));
        });
  }
  void operator()(const machine::look_up&) const {
    ask(self, controller::get_epoch_segments{stream_of(self), id_of(self).epoch()}, {},
        [me = self](const result<controller::segment_ranges>& got) {
          perform(me, me->state.machine->on_looked_up(got, moment_of(me)));
        });
  }
  void operator()(const machine::ping& a) const {
    const auto lease = to_ms(self->state.setup.what.lease);
    ask(self, controller::ping_transaction{stream_of(self), id_of(self), lease}, a.timeout,
        [me = self, serial = a.serial](const result<controller::transaction_pinged>& got) {
          perform(me, me->state.machine->on_pinged(serial, got, moment_of(me)));
        });
  }
  void operator()(const machine::commit&) const {
    ask(self, controller::commit_transaction{stream_of(self), id_of(self), {}, {}}, {},
        [me = self](const result<controller::done>& got) {
          perform(me, me->state.machine->on_commit_answer(got, moment_of(me)));
        });
  }
  void operator()(const machine::abort&) const {
    ask(self, controller::abort_transaction{stream_of(self), id_of(self)}, {},
        [me = self](const result<controller::done>& got) {
          perform(me, me->state.machine->on_abort_answer(got, moment_of(me)));
        });
  }
  void operator()(const machine::check&) const {
    ask(self, controller::check_transaction{stream_of(self), id_of(self)}, {},
        [me = self](const result<controller::transaction_checked>& got) {
          perform(me, me->state.machine->on_checked(got, moment_of(me)));
        });
  }
  void operator()(const machine::open_writer& a) const { open_writer(self, a.in); }
  void operator()(const machine::flush&) const { flush(self); }
  void operator()(const machine::end_writer& a) const {
    if (self->state.log) self->state.log->fail(a.reason);
  }
  void operator()(const machine::wake& a) const {
    const auto delay = std::max<duration>(a.at - self->state.context->env->now(), duration{0});
    self->delayed_send(transaction_inside{self}, delay, transaction_wake{});
  }
  void operator()(const machine::notify_expiring& a) const {
    const auto& state = self->state;
    const auto what = a.what == machine::limit::lease ? transaction_limit::lease
                                                      : transaction_limit::execution_time;
    const transaction_expiring told{id_of(self), what, a.left};
    if (state.sink) self->send(state.sink, told);
    if (state.watch.expiring) call_unheard(state.watch.expiring, told);
  }
  void operator()(const machine::notify_ended& a) const {
    const auto& of = *self->state.machine;
    self->state.setup.board->set_last({of.outcome_of_commit(), of.outcome_of_abort()});
    tell_ended(self, {id_of(self), end_of(of.at()), a.why});
  }
  void operator()(const machine::answer& a) const {
    if (a.to == begin_caller) return answer_begin(self, a.outcome);
    answer_caller(self, a.to, a.outcome);
  }
};

// The writer is asked nothing any more once its transaction is over; what was passed on to it
// before comes before the exit message.
void follow_phase(self_pointer self) {
  auto& state = self->state;
  state.setup.board->set_phase(to_string(state.machine->at()));
  if (auto why = state.machine->refusal(); why && state.log) state.log->refuse_with(*why);
  if (!state.machine->is_over()) return;
  if (state.writer) self->send_exit(state.writer, caf::exit_reason::user_shutdown);
  if (state.unneeded) self->quit();
}

}  // namespace

machine::moment moment_of(self_pointer self) {
  auto& env = *self->state.context->env;
  return {env.now(), env.random()};
}

bool perform(self_pointer self, const machine::actions& todo) {
  const auto done =
      perform_actions<machine>(self, self->state.context->env, todo, performer{self});
  if (done) follow_phase(self);
  return done;
}

result<void> outcome_of_ended_writer(self_pointer self) {
  const auto& log = self->state.log;
  if (log && log->over() && !log->failure()) return {};
  return writer_actor_ended();
}

void on_flushed(self_pointer self, const result<void>& outcome) {
  if (outcome) self->state.setup.board->set_complete();
  perform(self, self->state.machine->on_flushed(outcome, moment_of(self)));
}

void answer_caller(self_pointer self, std::uint64_t number, const result<void>& outcome) {
  auto& callers = self->state.callers;
  const auto at = callers.find(number);
  if (at == callers.end()) return;
  const auto done = std::move(at->second.done);
  callers.erase(at);
  done(outcome);
}

void answer_begin(self_pointer self, const result<void>& outcome) {
  auto& state = self->state;
  if (!state.setup.on_open) return;
  if (!outcome) return std::exchange(state.setup.on_open, nullptr)(outcome.error());
  state.begun = true;
  if (!state.log) return;
  const auto tell = std::exchange(state.setup.on_open, nullptr);
  tell(opened_transaction{id_of(self), self, std::exchange(state.opened, {}),
                          state.setup.board});
}

}  // namespace pravega_actor::internal
