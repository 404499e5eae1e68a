#include "client/controller_caller.hpp"

#include "client/end_task.hpp"
#include "supervision/supervisor.hpp"

namespace pravega_actor {

namespace {

using self_pointer = caf::stateful_actor<controller_caller_state>*;

constexpr milliseconds slot_retry_delay{10};
constexpr seconds status_timeout{2};

void finish(self_pointer self, const result<controller::reply>& outcome) {
  auto tell = std::exchange(self->state.done, nullptr);
  if (tell) tell(outcome);
  self->quit();
}

void ask(self_pointer self);

// Between two incarnations of the controller client there is nobody to ask.
void ask_later(self_pointer self) {
  auto& state = self->state;
  if (state.context->env->now() >= state.deadline)
    return finish(self, error{errc::deadline_exceeded, "the controller client is not there"}
                            .with_stage(stage::controller_call)
                            .with_controller(state.context->controller_address));
  self->delayed_send(self, slot_retry_delay, caller_retry{});
}

void ask(self_pointer self) {
  auto& state = self->state;
  auto to = state.context->controller->get();
  if (!to) return ask_later(self);
  const auto left =
      std::max<duration>(state.deadline - state.context->env->now(), milliseconds{1});
  self->request(to, left + seconds{1}, controller_call{*state.request, left})
      .then(
          [self](const controller_answer& answer) {
            if (!answer.outcome && answer.outcome.error() == errc::actor_terminated)
              return ask_later(self);
            finish(self, answer.outcome);
          },
          [self](const caf::error&) { ask_later(self); });
}

}  // namespace

controller_caller_state::~controller_caller_state() {
  if (done) done(error{errc::actor_terminated, "the call was stopped"});
}

caf::behavior controller_caller(caf::stateful_actor<controller_caller_state>* self,
                                std::shared_ptr<const segment_context> context,
                                controller::request request, duration timeout,
                                std::function<void(const result<controller::reply>&)> done) {
  auto& state = self->state;
  state.deadline = context->env->now() + timeout;
  state.context = std::move(context);
  state.request = std::move(request);
  state.done = std::move(done);
  ask(self);
  return {
      [self](const caller_retry&) { ask(self); },
      [self](const end_task&) { finish(self, client_closed()); },
  };
}

caf::behavior status_collector(caf::stateful_actor<status_collector_state>* self,
                               std::shared_ptr<const segment_context> context,
                               std::function<void(const client_status&)> done) {
  auto& state = self->state;
  state.context = std::move(context);
  state.done = std::move(done);
  state.collected.controller = state.context->controller_address;
  auto one_less = [self] {
    if (--self->state.missing > 0) return;
    self->state.done(self->state.collected);
    self->quit();
  };
  auto absent = [one_less](const caf::error&) { one_less(); };
  self->request(state.context->controller->get(), status_timeout,
                get_controller_client_status{})
      .then(
          [self, one_less](const controller_client_status& s) {
            self->state.collected.controller_calls = s.calls;
            self->state.collected.controller_failures = s.failures;
            one_less();
          },
          absent);
  self->request(state.context->connections->get(), status_timeout,
                get_connection_manager_status{})
      .then(
          [self, one_less](const connection_manager_status& s) {
            self->state.collected.connections = s.connecting + s.dedicated + s.shared;
            one_less();
          },
          absent);
  for (const auto& each : state.context->board->lines())
    state.collected.actors.push_back(
        {each.path, each.child.running, each.child.restarts, each.child.last_cause});
  state.collected.owed = state.context->owed->lines();
  return {[](const caller_retry&) {}};
}

}  // namespace pravega_actor
