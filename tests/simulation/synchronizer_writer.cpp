// One writer among several: it proposes, appends, compacts and resets, and records the answers.
#include "simulation/synchronizer_writer.hpp"

namespace simulation_tests {

using namespace pravega_actor;
using test::text_model;
using words = text_model::state_type;
using outcome = synchronizer_history::outcome;

namespace {

struct writer_state {
  writer_setup setup;
  std::shared_ptr<writer_result> result;
  std::optional<synced<words>> now;
  std::size_t done = 0;
  const char* name = "writer";
};

using self_pointer = caf::stateful_actor<writer_state>*;

shared_run& run_of(self_pointer self) {
  return *self->state.setup.run;
}

void go_on(self_pointer self) {
  const auto pause = static_cast<std::int64_t>(run_of(self).world.random() % 200);
  self->delayed_send(self, milliseconds{pause}, next_step{});
}

void see(self_pointer self, const synced<words>& what) {
  if (!what.state) return;
  run_of(self).history.saw(what.at, *what.state);
  self->state.now = what;
}

void reopen(self_pointer self) {
  auto& state = self->state;
  ++run_of(self).counters.deaths;
  state.now.reset();
  state.result->synchronizer = state.setup.open();
}

// After the death of a synchronizer, the writer uses another.
void note_failure(self_pointer self, const words& updates, const error& why) {
  const bool unknown = why == errc::outcome_unknown;
  for (const auto& each : updates)
    run_of(self).history.ended(each, unknown ? outcome::unknown : outcome::absent);
  run_of(self).world.note(self->state.setup.name + ": " + std::string{to_string(why.code())});
}

void note_lost(self_pointer self, const words& updates) {
  for (const auto& each : updates)
    run_of(self).history.ended(each, outcome::unknown);
  reopen(self);
  go_on(self);
}

void on_proposal(self_pointer self, const words& updates, std::size_t behind,
                 const result<proposal<words>>& got) {
  auto& run = run_of(self);
  if (!got) {
    note_failure(self, updates, got.error());
    if (got.error() == errc::actor_terminated || got.error() == errc::outcome_unknown)
      self->state.now.reset();
    return go_on(self);
  }
  for (const auto& each : updates)
    run.history.ended(each, got->accepted ? outcome::stored : outcome::absent);
  if (got->accepted) run.history.accepted(updates.front(), behind);
  ++(got->accepted ? run.counters.accepted : run.counters.outdated);
  see(self, got->now);
  go_on(self);
}

words fresh_updates(self_pointer self, std::size_t count) {
  words out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(self->state.setup.name + "-" + std::to_string(self->state.done) + "-" +
                  std::to_string(i));
  return out;
}

template <class Message, class Then>
void ask(self_pointer self, Message what, const words& updates, Then then) {
  self->request(self->state.result->synchronizer, seconds{200}, std::move(what))
      .then(then, [self, updates](const caf::error&) { note_lost(self, updates); });
}

void propose(self_pointer self) {
  const auto updates = fresh_updates(self, 1 + run_of(self).world.random() % 3);
  const auto behind = self->state.now->state->size();
  ask(self, propose_updates<text_model>{self->state.now->at, updates}, updates,
      [self, updates, behind](const proposal_answered<text_model>& got) {
        on_proposal(self, updates, behind, got.outcome);
      });
}

// The state and one more update, written as a whole.
void reset(self_pointer self) {
  const auto updates = fresh_updates(self, 1);
  const auto behind = self->state.now->state->size();
  auto whole = *self->state.now->state;
  whole.push_back(updates.front());
  ++run_of(self).counters.resets;
  ask(self, reset_state<text_model>{self->state.now->at, std::move(whole)}, updates,
      [self, updates, behind](const proposal_answered<text_model>& got) {
        on_proposal(self, updates, behind, got.outcome);
      });
}

void append(self_pointer self) {
  const auto updates = fresh_updates(self, 1 + run_of(self).world.random() % 2);
  ask(self, append_updates<text_model>{updates}, updates,
      [self, updates](const updates_appended& got) {
        if (!got.outcome) {
          note_failure(self, updates, got.outcome.error());
        } else {
          for (const auto& each : updates)
            run_of(self).history.ended(each, outcome::stored);
        }
        go_on(self);
      });
}

void compact(self_pointer self) {
  ask(self, compact_state{}, {}, [self](const state_compacted<text_model>& got) {
    if (got.outcome) {
      ++run_of(self).counters.compactions;
      see(self, got.outcome->now);
    }
    go_on(self);
  });
}

void fetch(self_pointer self, bool last) {
  ask(self, fetch_state{}, {}, [self, last](const state_fetched<text_model>& got) {
    if (got.outcome) {
      see(self, *got.outcome);
      if (last) self->state.result->last = *got.outcome;
    } else {
      note_failure(self, {}, got.outcome.error());
    }
    if (!self->state.result->last) go_on(self);
  });
}

void begin(self_pointer self) {
  ask(self, initialize_state<text_model>{{}}, {}, [self](const state_fetched<text_model>& got) {
    if (got.outcome) see(self, *got.outcome);
    go_on(self);
  });
}

void step(self_pointer self) {
  auto& state = self->state;
  auto& run = run_of(self);
  if (state.done >= run.operations) return fetch(self, true);
  if (!state.now) return begin(self);
  ++state.done;
  const auto dice = run.world.random() % 20;
  if (dice < 10) return propose(self);
  if (dice < 14) return append(self);
  if (dice < 16) return fetch(self, false);
  if (dice < 19) return compact(self);
  reset(self);
}

}  // namespace

void spawn_writer(const writer_setup& setup, std::shared_ptr<writer_result> to) {
  setup.run->world.system().spawn(
      [setup, to = std::move(to)](self_pointer self) -> caf::behavior {
        self->state.setup = setup;
        self->state.result = to;
        to->synchronizer = setup.open();
        go_on(self);
        return {[self](const next_step&) { step(self); }};
      });
}

}  // namespace simulation_tests
