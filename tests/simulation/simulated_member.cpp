#include "simulation/simulated_member.hpp"

namespace simulation_tests {

using namespace pravega_actor;

namespace {

using self_pointer = member_inside::stateful_pointer<member_state>;

void tick_later(self_pointer self) {
  const auto pause = 5 + self->state.setup.work->world().random() % 60;
  self->delayed_send(member_inside{self}, milliseconds{static_cast<std::int64_t>(pause)},
                     member_tick{});
}

// Processes the first `count` items that it holds, then says so.
void release(self_pointer self, std::size_t count) {
  auto& state = self->state;
  const auto number = state.held[count - 1].first;
  std::vector<event_slice> slices;
  for (std::size_t i = 0; i < count; ++i)
    if (!state.held[i].second.empty()) slices.push_back(state.held[i].second);
  for (const auto& slice : slices)
    state.setup.work->commit(state.setup.number, slice);
  if (state.setup.work->world().chance(0.005)) {
    state.crashed = true;
    return self->quit(caf::exit_reason::unhandled_exception);
  }
  state.held.erase(state.held.begin(), state.held.begin() + static_cast<std::ptrdiff_t>(count));
  self->request(state.setup.reader, seconds{100}, release_through{number})
      .then(
          [self, slices](const items_released& released) {
            if (released.outcome) self->state.setup.work->confirmed(slices);
          },
          // The reader has died.
          [](const caf::error&) {});
}

void release_some(self_pointer self, double probability) {
  auto& state = self->state;
  auto& world = state.setup.work->world();
  if (state.over || state.held.empty() || !world.chance(probability)) return;
  release(self, 1 + static_cast<std::size_t>(world.random() % state.held.size()));
}

void demand_more(self_pointer self) {
  auto& state = self->state;
  auto& world = state.setup.work->world();
  const auto slices =
      (state.demanded == 0 ? 1 : 0) + static_cast<std::size_t>(world.random() % 3);
  if (slices == 0 || state.demanded > 8) return;
  state.demanded += slices;
  self->send(state.setup.reader, read_demand{slices});
}

void take(self_pointer self, std::uint64_t number, event_slice slice) {
  auto& state = self->state;
  state.held.emplace_back(number, std::move(slice));
  if (state.setup.work->world().chance(0.005)) {
    state.crashed = true;
    return self->quit(caf::exit_reason::unhandled_exception);
  }
  release_some(self, 0.3);
  demand_more(self);
}

}  // namespace

member_inside::behavior_type simulated_member(self_pointer self, member_setup setup) {
  auto& state = self->state;
  state.setup = std::move(setup);
  state.demanded = 1 + static_cast<std::size_t>(state.setup.work->world().random() % 5);
  self->monitor(state.setup.reader);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(); });
  self->send(state.setup.reader, subscribe_event_reader{member_inside{self}, state.demanded});
  tick_later(self);
  return {
      [self](const slice_delivered& got) {
        auto& mine = self->state;
        if (mine.demanded == 0) mine.setup.work->complain("more slices than demanded");
        --mine.demanded;
        take(self, got.number, got.slice);
      },
      [self](const segment_ended& got) { take(self, got.number, {}); },
      [self](const gap_delivered& got) {
        self->state.setup.work->complain("a gap without a truncation");
        take(self, got.number, {});
      },
      [self](const checkpoint_reached& got) {
        self->state.setup.work->at_checkpoint();
        take(self, got.number, {});
      },
      [self](const event_reader_ended& how) {
        self->state.over = true;
        self->state.setup.work->reading_ended(self->state.setup.number, how);
        self->quit();
      },
      [self](const member_tick&) {
        release_some(self, 0.6);
        tick_later(self);
      },
  };
}

}  // namespace simulation_tests
