// How a transaction's actor takes its requests.
#include <algorithm>
#include <utility>

#include "transaction/transaction_actor.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = transaction_pointer;

std::uint64_t add_caller(self_pointer self, std::function<void(const result<void>&)> done,
                         errc at_death) {
  auto& state = self->state;
  const auto number = ++state.last_caller;
  state.callers.emplace(number,
                        transaction_actor_state::waiting_caller{std::move(done), at_death});
  return number;
}

transaction_machine::caller caller_of(self_pointer self, std::uint64_t number,
                                      duration timeout) {
  return {number, self->state.context->env->now() + bounded_timeout(timeout)};
}

}  // namespace

std::optional<error> refusal_of(self_pointer self) {
  auto& state = self->state;
  if (auto why = state.machine->refusal()) return why;
  if (state.checking_senders > 0) return state.machine->commit_refusal();
  if (!state.writer) return error{errc::closed, "the transaction's writer is closed"};
  return std::nullopt;
}

// The writer is asked first whether it has refused something of this sender. It gets the
// question behind everything that was passed on to it.
void commit(self_pointer self, const commit_transaction& what, sender_gate::sender_id sender,
            std::function<void(const result<void>&)> done) {
  auto& state = self->state;
  const auto number = add_caller(self, std::move(done), errc::outcome_unknown);
  const auto who = caller_of(self, number, what.timeout);
  const bool accepted = what.options.wait_for == commit_wait::accepted;
  const auto go_on = [self, who, accepted] {
    perform(self, self->state.machine->on_commit(who, accepted, moment_of(self)));
  };
  const bool open = state.machine->at() == transaction_machine::phase::open;
  if (!open || !state.writer || sender == sender_gate::anonymous) return go_on();
  ++state.checking_senders;
  self->request(state.writer, caf::infinite, check_sender{sender})
      .then(
          [self, number, go_on](const sender_checked& got) {
            --self->state.checking_senders;
            // Otherwise something of this sender was not taken: not everything would be
            // committed.
            if (got.outcome)
              go_on();
            else
              answer_caller(self, number, got.outcome);
          },
          [self, go_on](const caf::error&) {
            --self->state.checking_senders;
            go_on();
          });
}

void abort(self_pointer self, const abort_transaction& what,
           std::function<void(const result<void>&)> done) {
  const auto number = add_caller(self, std::move(done), errc::actor_terminated);
  perform(self, self->state.machine->on_abort(caller_of(self, number, what.timeout),
                                              moment_of(self)));
}

void find_state(self_pointer self, const get_transaction_state& what,
                std::function<void(const result<transaction_state>&)> done) {
  const auto& state = self->state;
  const auto& id = state.machine->id();
  if (!id) return done(error{errc::transaction_not_found, "it was never begun"});
  // Whoever dies with the actor is answered by the callback itself, or by CAF.
  ask(self, controller::check_transaction{state.setup.what.stream, *id},
      bounded_timeout(what.timeout),
      [done](const result<controller::transaction_checked>& got) {
        done(got.map([](const controller::transaction_checked& c) { return c.state; }));
      });
}

transaction_status status_of(self_pointer self) {
  const auto& state = self->state;
  const auto& machine = *state.machine;
  const auto now = state.context->env->now();
  const auto left = [now](const std::optional<time_point>& until) {
    return until ? std::optional{std::max<duration>(*until - now, duration{0})} : std::nullopt;
  };
  transaction_status out;
  out.id = machine.id().value_or(transaction_id{});
  out.stream = state.setup.what.stream;
  out.state = to_string(machine.at());
  if (!machine.is_over()) {
    out.lease_left = left(machine.lease_until());
    out.time_left = left(machine.ends_at());
  }
  if (state.log) out.writer = state.log->status();
  return out;
}

void drop(self_pointer self) {
  self->state.unneeded = true;
  perform(self, self->state.machine->on_dropped(moment_of(self)));
}

void subscribe(self_pointer self, const transaction_sink& sink) {
  auto& state = self->state;
  state.sink = sink;
  if (state.ended && sink) self->send(sink, *state.ended);
}

void watch(self_pointer self, const watch_transaction_call& what) {
  auto& state = self->state;
  if (what.expiring) state.watch.expiring = what.expiring;
  if (!what.ended) return;
  state.watch.ended = what.ended;
  if (state.ended) call_unheard(what.ended, *state.ended);
}

}  // namespace pravega_actor::internal
