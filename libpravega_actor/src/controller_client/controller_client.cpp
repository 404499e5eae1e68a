#include "controller_client/controller_client.hpp"

#include "core/doubtful_answer.hpp"
#include "supervision/perform_actions.hpp"
#include "supervision/weak_handle.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = controller_client_inside::stateful_pointer<controller_client_state>;

struct performer {
  self_pointer self;
  std::uint64_t id;

  void operator()(const call_machine::attempt& a) const {
    auto& state = self->state;
    auto& call = state.calls.at(id);
    ++state.counters.attempts;
    state.setup.port->start(
        call.call, a.timeout,
        [me = weak_self(self), call_id = id,
         number = call.machine.attempts()](result<controller::reply> outcome) {
          me.send(attempt_done{call_id, number, std::move(outcome)});
        });
  }
  void operator()(const call_machine::wait& a) const {
    self->delayed_send(controller_client_inside{self}, a.delay, attempt_due{id});
  }
  void operator()(const call_machine::finish& a) const {
    auto& state = self->state;
    auto at = state.calls.find(id);
    if (!a.outcome) ++state.counters.failures;
    at->second.promise.deliver(controller_answer{a.outcome});
    state.calls.erase(at);
    if (const auto next = state.gate.on_end(id))
      self->send(controller_client_inside{self}, attempt_due{*next});
  }
};

// False: a fault plan has ended the actor.
bool perform(self_pointer self, std::uint64_t id, const call_machine::action& todo) {
  return perform_action<call_machine>(self, self->state.setup.env, todo, performer{self, id});
}

// The next attempt, or the first one; later, if another call asks for all. The deadline stands.
// False: a fault plan has ended the actor.
bool go_on(self_pointer self, std::uint64_t id) {
  auto& state = self->state;
  const auto at = state.calls.find(id);
  if (at == state.calls.end()) return true;
  auto& [call, machine, promise, due_armed] = at->second;
  const auto now = state.setup.env->now();
  if (state.gate.admit(id)) return perform(self, id, machine.on_wait_over(now));
  if (state.last_unreachable) machine.hold(*state.last_unreachable);
  if (!std::exchange(due_armed, true))
    self->delayed_send(controller_client_inside{self}, machine.left(now), call_due{id});
  return true;
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
  const auto todo = at->second.machine.on_result(done.outcome, state.setup.env->now(),
                                                 state.setup.env->random(), controllers);
  if (!perform(self, done.call, todo)) return;
  for (const auto each : released)
    if (!go_on(self, each)) return;
}

}  // namespace

controller_client_state::~controller_client_state() {
  for (auto& [id, call] : calls)
    call.promise.deliver(controller_answer{
        error{errc::actor_terminated, "the controller client ended"}.with_stage(
            stage::controller_call)});
}

controller_client_inside::behavior_type controller_client(self_pointer self,
                                                          controller_client_setup setup) {
  self->state.setup = std::move(setup);
  self->state.counters.address = self->state.setup.port->address();
  return {
      [self](const controller_call& what) {
        auto& state = self->state;
        auto promise = self->make_response_promise<controller_answer>();
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
