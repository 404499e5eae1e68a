#include "host/controller_caller.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = controller_caller_inside::stateful_pointer<controller_caller_state>;

constexpr milliseconds slot_retry_delay{10};

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
    return finish(self, error{errc::deadline_exceeded, "the controller client is not running"}
                            .with_stage(stage::controller_call)
                            .with_controller(state.context->controller_address));
  self->delayed_send(controller_caller_inside{self}, slot_retry_delay, caller_retry{});
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

controller_caller_inside::behavior_type controller_caller(
    self_pointer self, std::shared_ptr<const segment_context> context,
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
      [self](const end_task&) { finish(self, closed_client_error()); },
  };
}

}  // namespace pravega_actor::internal
