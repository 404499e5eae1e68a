#include "client/status_collector.hpp"

namespace pravega_actor::internal {

namespace {

constexpr seconds status_timeout{2};

}  // namespace

client_task::behavior_type status_collector(
    client_task::stateful_pointer<status_collector_state> self,
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
  if (state.context->writing)
    state.collected.writers_outstanding_bytes = state.context->writing->held();
  return {[self](const end_task&) { self->quit(); }};
}

}  // namespace pravega_actor::internal
