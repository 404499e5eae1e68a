#include "controller_client/controller_client.hpp"

#include "core/doubtful_answer.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = caf::stateful_actor<controller_client_state>*;

// Each action may be a fault plan's moment of death; then nothing more is done.
bool struck(self_pointer self, std::string_view action, strike_moment moment) {
  if (!self->state.setup.env->strike("controller_client", action, moment)) return false;
  self->quit(caf::exit_reason::kill);
  self->state.struck = true;
  return true;
}

void perform(self_pointer self, std::uint64_t id, const call_machine::action& todo);

void run_attempt(self_pointer self, std::uint64_t id, duration timeout) {
  if (struck(self, "attempt", strike_moment::before)) return;
  auto& state = self->state;
  auto& call = state.calls.at(id);
  ++state.counters.attempts;
  const auto number = call.machine.attempts();
  caf::actor_addr me{self->address()};
  state.setup.port->start(
      call.call, timeout, [me, id, number](result<controller::reply> outcome) {
        auto alive = caf::actor_cast<caf::actor>(me);
        if (alive) caf::anon_send(alive, attempt_done{id, number, std::move(outcome)});
      });
  struck(self, "attempt", strike_moment::after);
}

void finish(self_pointer self, std::uint64_t id, const result<controller::reply>& outcome) {
  if (struck(self, "finish", strike_moment::before)) return;
  auto& state = self->state;
  auto at = state.calls.find(id);
  if (!outcome) ++state.counters.failures;
  at->second.promise.deliver(controller_answer{outcome});
  state.calls.erase(at);
  if (struck(self, "finish", strike_moment::after)) return;
  if (const auto next = state.gate.on_end(id)) self->send(self, attempt_due{*next});
}

void perform(self_pointer self, std::uint64_t id, const call_machine::action& todo) {
  if (auto* a = std::get_if<call_machine::attempt>(&todo))
    return run_attempt(self, id, a->timeout);
  if (auto* w = std::get_if<call_machine::wait>(&todo))
    return self->delayed_send(self, w->delay, attempt_due{id});
  finish(self, id, std::get<call_machine::finish>(todo).outcome);
}

// The next attempt, or the first one; later, if another call asks for all. The deadline stands.
void go_on(self_pointer self, std::uint64_t id) {
  auto& state = self->state;
  const auto at = state.calls.find(id);
  if (at == state.calls.end() || state.struck) return;
  auto& [call, machine, promise, due_armed] = at->second;
  const auto now = state.setup.env->now();
  if (state.gate.admit(id)) return perform(self, id, machine.on_wait_over(now));
  if (state.last_unreachable) machine.hold(*state.last_unreachable);
  if (!std::exchange(due_armed, true))
    self->delayed_send(self, machine.left(now), call_due{id});
}

void on_attempt_done(self_pointer self, const attempt_done& done) {
  auto& state = self->state;
  const auto at = state.calls.find(done.call);
  if (at == state.calls.end() || at->second.machine.attempts() != done.attempt) return;
  std::vector<std::uint64_t> released;
  if (!done.outcome && done.outcome.error() == errc::controller_unreachable) {
    state.last_unreachable = done.outcome.error();
    state.gate.on_unreachable();
  } else {
    released = state.gate.on_reached();
  }
  const bool doubtful = !done.outcome && is_doubtful(done.outcome.error());
  const auto controllers = doubtful ? state.setup.port->controllers() : 1;
  perform(self, done.call,
          at->second.machine.on_result(done.outcome, state.setup.env->now(),
                                       state.setup.env->random(), controllers));
  for (const auto each : released)
    go_on(self, each);
}

}  // namespace

controller_client_state::~controller_client_state() {
  for (auto& [id, call] : calls)
    call.promise.deliver(controller_answer{
        error{errc::actor_terminated, "the controller client ended"}.with_stage(
            stage::controller_call)});
}

caf::behavior controller_client(caf::stateful_actor<controller_client_state>* self,
                                controller_client_setup setup) {
  self->state.setup = std::move(setup);
  self->state.counters.address = self->state.setup.port->address();
  return {
      [self](const controller_call& what) {
        auto& state = self->state;
        auto promise = self->make_response_promise();
        if (state.calls.size() >= state.setup.calls_max) {
          promise.deliver(
              controller_answer{error{errc::would_block, "controller_calls_max"}.with_stage(
                  stage::controller_call)});
          return promise;
        }
        const auto now = state.setup.env->now();
        const auto timeout =
            what.timeout > duration{0} ? what.timeout : state.setup.call_timeout;
        call_machine machine{state.setup.backoff, state.setup.attempt_timeout, now + timeout};
        const auto id = state.next_call++;
        ++state.counters.calls;
        state.calls.emplace(
            id, controller_client_state::pending{what.call, machine, promise, false});
        go_on(self, id);
        return promise;
      },
      [self](const attempt_done& done) { on_attempt_done(self, done); },
      [self](const attempt_due& due) { go_on(self, due.call); },
      [self](const call_due& due) {
        auto& state = self->state;
        const auto at = state.calls.find(due.call);
        if (at == state.calls.end() || !state.gate.waits(due.call)) return;
        perform(self, due.call, at->second.machine.on_wait_over(state.setup.env->now()));
      },
      [self](const get_controller_client_status&) {
        auto status = self->state.counters;
        status.under_way = self->state.calls.size();
        return status;
      },
  };
}

}  // namespace pravega_actor::internal
