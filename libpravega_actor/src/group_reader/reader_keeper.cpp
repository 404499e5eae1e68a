#include "group_reader/reader_keeper.hpp"

#include <utility>

namespace pravega_actor::internal {

namespace {

using keeper = reader_keeper_pointer;

void watch(keeper self, const event_reader_handle& reader) {
  self->state.reader = reader;
  self->monitor(self->state.reader);
}

void bury(keeper self) {
  auto& state = self->state;
  auto setup = state.setup;
  setup.buries = setup.board->get();
  setup.owner = nullptr;
  watch(self, self->spawn(event_reader_actor, state.context, std::move(setup),
                          [](const result<event_reader_handle>&) {}));
}

// Perhaps the actor that was to take the dead reader offline has died, too.
void on_reader_down(keeper self, const caf::down_msg& down) {
  auto& state = self->state;
  if (down.source != state.reader.address()) return;
  const auto now = state.context->env->now();
  if (!state.deadline) {
    state.deadline = now + state.setup.recovery_timeout;
    state.reason = down.reason;
  }
  if (!state.setup.board->member() || now >= *state.deadline) return self->quit(state.reason);
  constexpr milliseconds pause{100};
  self->delayed_send(reader_keeper_inside{self}, pause, bury_again{});
}

// A supervised reader leaves its group; its end is the keeper's.
void on_exit(keeper self, const caf::exit_msg& exit) {
  auto& state = self->state;
  if (state.setup.is_supervised) {
    // One that has died is being taken offline already.
    if (!state.deadline)
      self->request(state.reader, state.setup.leaving_timeout, close_reader{})
          .then([](const event_reader_closed&) {}, [](const caf::error&) {});
    return;
  }
  self->send_exit(state.reader, exit.reason);
  self->quit(exit.reason);
}

caf::typed_response_promise<drained> leave(keeper self, const drain& what) {
  auto promise = self->make_response_promise<drained>();
  self->request(self->state.reader, what.timeout, close_reader{})
      .then(
          [promise](const event_reader_closed& closed) mutable {
            promise.deliver(drained{closed.outcome, {}});
          },
          // It has ended by itself.
          [promise](const caf::error&) mutable { promise.deliver(drained{}); });
  return promise;
}

}  // namespace

reader_keeper_inside::behavior_type reader_keeper(
    keeper self, std::shared_ptr<const segment_context> context, event_reader_setup setup,
    std::function<void(const result<event_reader_handle>&)> on_open) {
  auto& state = self->state;
  state.context = std::move(context);
  state.setup = std::move(setup);
  state.setup.board = std::make_shared<released_board>();
  self->set_down_handler([self](const caf::down_msg& down) { on_reader_down(self, down); });
  self->set_exit_handler([self](const caf::exit_msg& exit) { on_exit(self, exit); });
  watch(self, self->spawn(event_reader_actor, state.context, state.setup, std::move(on_open)));
  return {[self](const drain& what) { return leave(self, what); },
          [self](const bury_again&) { bury(self); }};
}

}  // namespace pravega_actor::internal
