#include "group_reader/event_reader_membership.hpp"

#include <utility>

#include "group_reader/event_reader_delivery.hpp"
#include "group_reader/event_reader_segments.hpp"
#include "group_reader/find_group_start.hpp"
#include "pravega_actor/actor_errors.hpp"
#include "requests/ask_controller.hpp"
#include "supervision/perform_actions.hpp"
#include "supervision/weak_handle.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = event_reader_pointer;
using machine = member_machine;

machine::moment moment_of(self_pointer self) {
  auto& env = *self->state.context->env;
  constexpr auto bits = 53;
  const auto fraction = static_cast<double>(env.random() >> (64 - bits));
  return {env.now(), env.wall_clock_ms(), fraction / static_cast<double>(1ULL << bits),
          env.random_uuid()};
}

error synchronizer_lost() {
  return error{errc::actor_terminated, "the group's synchronizer ended"};
}

// Asks the synchronizer, which answers within its own time.
template <class Answer, class Message, class Then, class Lost>
void ask(self_pointer self, Message what, Then then, Lost lost) {
  const auto& timing = self->state.setup.synchronizing;
  self->request(self->state.synchronizer,
                timing.operation_timeout + timing.resolve_timeout + seconds{2}, std::move(what))
      .then([then = std::move(then)](const Answer& answer) { then(answer.outcome); },
            [lost = std::move(lost)](const caf::error&) { lost(); });
}

// The group is its stream: without that there is no group.
error of_state(const error& why) {
  const bool gone = why.code() == errc::stream_not_found ||
                    why.code() == errc::scope_not_found ||
                    why.code() == errc::segment_not_found;
  if (!gone) return why;
  return error{errc::reader_group_not_found, "the group's stream does not exist"};
}

machine::seen_state seen(self_pointer self, const synced<group_state>& now) {
  self->state.at = now.at;
  return {now.state, static_cast<std::uint64_t>(now.bytes_since_compaction)};
}

void fetch(self_pointer self) {
  const auto then = [self](const result<synced<group_state>>& got) {
    auto& state = self->state;
    if (!got)
      state.machine.on_fetched(of_state(got.error()), moment_of(self));
    else if (!got->state)
      state.machine.on_fetched(
          error{errc::reader_group_not_found, "the group's stream has no state"},
          moment_of(self));
    else
      state.machine.on_fetched(seen(self, *got), moment_of(self));
    step(self);
  };
  ask<state_fetched<group_model>>(self, fetch_state{}, then,
                                  [then] { then(synchronizer_lost()); });
}

// Without an answer of the synchronizer the entry may be stored.
template <class Message>
void propose(self_pointer self, Message what) {
  const auto then = [self](const result<proposal<group_state>>& got) {
    auto& state = self->state;
    if (got)
      state.machine.on_proposed(got->accepted, seen(self, got->now), moment_of(self));
    else
      state.machine.on_proposal_failed(of_state(got.error()), moment_of(self));
    step(self);
  };
  ask<proposal_answered<group_model>>(self, std::move(what), then, [then] {
    then(error{errc::outcome_unknown, "the group's synchronizer ended"});
  });
}

void append(self_pointer self, const std::vector<group_update>& updates) {
  const auto then = [self](const result<void>& outcome) {
    const auto seen = outcome ? outcome : result<void>{of_state(outcome.error())};
    self->state.machine.on_appended(seen, moment_of(self));
    step(self);
  };
  ask<updates_appended>(self, append_updates<group_model>{updates}, then,
                        [then] { then(synchronizer_lost()); });
}

void compact(self_pointer self) {
  const auto then = [self](const result<void>& outcome) {
    self->state.machine.on_compacted(outcome);
    step(self);
  };
  ask<state_compacted<group_model>>(
      self, compact_state{},
      [then](const result<compaction<group_state>>& got) {
        then(got ? result<void>{} : result<void>{got.error()});
      },
      [then] { then(synchronizer_lost()); });
}

// --- the controller -------------------------------------------------------------------------

// One stream after the other; the first error ends it.
void publish(self_pointer self, machine::publish_cuts left) {
  auto& state = self->state;
  const auto done = [self](const result<void>& outcome) {
    self->state.machine.on_published(outcome, moment_of(self));
    step(self);
  };
  if (left.cuts.empty()) return done({});
  const auto first = left.cuts.extract(left.cuts.begin());
  const controller::update_subscriber_cut what{state.setup.group, left.group, left.generation,
                                               first.mapped()};
  ask_controller(
      self, *state.context, what,
      [self, left, done](const result<controller::done>& got) {
        // A later cut of another reader is as good.
        if (!got && got.error() != errc::precondition_failed) return done(got.error());
        publish(self, left);
      },
      [done] { done(synchronizer_lost()); });
}

void ask_config(self_pointer self) {
  auto& state = self->state;
  const auto done = [self](result<group_init> got) {
    self->state.machine.on_config(std::move(got));
    step(self);
  };
  const auto call = calls_of(self, state.context);
  ask_controller(
      self, *state.context, controller::get_reader_group_config{state.setup.group},
      [call, done](const result<reader_group_config>& got) {
        if (!got) return done(got.error());
        find_group_start(call, *got, done);
      },
      [done] { done(synchronizer_lost()); });
}

void on_answer(self_pointer self, const group_successors_due& due,
               const result<successor_answer>& got) {
  auto& state = self->state;
  constexpr milliseconds pause{500};
  const bool known = got && (got->stream_sealed || !got->segments.empty());
  const bool may_wait = got || got.error().retriable();
  if (!known && may_wait && state.context->env->now() + pause < due.deadline)
    return self->delayed_send(event_reader_inside{self}, pause, due);
  if (known) {
    state.machine.on_successors(due.of, successors_in(due.of.stream, *got));
  } else {
    const auto why = got ? error{errc::deadline_exceeded,
                                 "the controller names no successors of a sealed segment"}
                         : got.error();
    state.machine.on_successors(due.of, of_reader(self, why.with_subject(due.of.to_string())));
  }
  step(self);
}

// --- actions --------------------------------------------------------------------------------

void arm(self_pointer self, time_point when) {
  auto& state = self->state;
  if (state.next_step && *state.next_step <= when) return;
  state.next_step = when;
  const auto now = state.context->env->now();
  self->delayed_send(event_reader_inside{self}, when - now, member_step_due{when});
}

void answer_closing(self_pointer self) {
  auto& state = self->state;
  const auto& read = *state.outcome;
  const bool failed = !read && read.error() != errc::closed;
  const auto outcome = failed ? read : *state.left;
  for (auto& each : std::exchange(state.closing, {}))
    each.deliver(event_reader_closed{outcome, state.machine.released()});
  if (outcome)
    self->quit();
  else
    self->quit(to_caf_error(outcome.error()));
}

void end(self_pointer self, const result<void>& outcome) {
  auto& state = self->state;
  state.left = outcome;
  if (!outcome) state.left = of_reader(self, outcome.error());
  if (state.machine.has_left()) state.setup.board->set_member(false);
  if (auto tell = std::exchange(state.on_open, nullptr)) {
    const error why = outcome ? error{errc::closed, "the reader left"} : state.left->error();
    tell(why);
    return self->quit(to_caf_error(why));
  }
  end_reading(self, outcome ? error{errc::closed, "the reader has left the group"}
                            : state.left->error());
  if (!state.closing.empty() || state.owner_is_gone || state.setup.is_supervised)
    answer_closing(self);
}

struct performer {
  self_pointer self;
  bool* again;
  bool* moved;

  void operator()(const machine::fetch&) const { fetch(self); }
  void operator()(const machine::propose& a) const {
    // From here on the group may count the reader, also if its actor dies.
    if (a.updates.front().holds<add_reader>()) self->state.setup.board->set_member(true);
    propose(self, propose_updates<group_model>{self->state.at, a.updates});
  }
  void operator()(const machine::append& a) const { append(self, a.updates); }
  void operator()(const machine::reset& a) const {
    propose(self, reset_state<group_model>{self->state.at, a.to});
  }
  void operator()(const machine::compact&) const { compact(self); }
  void operator()(const machine::begin_segment& a) const {
    begin_segment(self, a);
    *moved = true;
  }
  void operator()(const machine::stop_segment& a) const {
    self->state.machine.on_stopped(a.of, stop_segment(self, a.of));
    *again = *moved = true;
  }
  void operator()(const machine::ask_successors& a) const {
    const auto& state = self->state;
    ask_successors(self, {a.of, state.context->env->now() + state.setup.recovery_timeout});
  }
  void operator()(const machine::offer_checkpoint&) const { deliver(self); }
  void operator()(const machine::publish_cuts& a) const { publish(self, a); }
  void operator()(const machine::ask_config&) const { ask_config(self); }
  void operator()(const machine::wake& a) const { arm(self, a.at); }
  void operator()(const machine::finish&) const { end_reading(self, {}); }
  void operator()(const machine::stop_reading& a) const {
    end_reading(self, of_reader(self, a.why));
  }
  void operator()(const machine::end& a) const { end(self, a.outcome); }
};

void tell_opened(self_pointer self) {
  auto& state = self->state;
  if (!state.machine.is_member() || !state.on_open) return;
  std::exchange(state.on_open, nullptr)(event_reader_handle{self});
}

}  // namespace

void step(self_pointer self) {
  auto& state = self->state;
  bool moved = false;
  for (bool again = true; again && !state.left;) {
    again = false;
    // If a fault plan kills the actor here, it must do nothing more.
    if (!perform_actions<machine>(self, state.context->env, state.machine.step(moment_of(self)),
                                  performer{self, &again, &moved}))
      return;
  }
  if (moved) state.setup.board->set_all(state.machine.positions());
  tell_opened(self);
  if (moved) deliver(self);
}

void ask_successors(self_pointer self, const group_successors_due& due) {
  const auto then = [self, due](const result<successor_answer>& got) {
    on_answer(self, due, got);
  };
  ask_for_successors(
      calls_of(self, self->state.context), due.of, access_operation::read, then, [then] {
        then(result<successor_answer>{
            error{errc::actor_terminated, "the controller client did not answer"}});
      });
}

void end_with(self_pointer self, const error& why) {
  end_reading(self, of_reader(self, why));
  leave(self);
}

// The readers, this one included, see that the group began anew, and end.
void fail_reading(self_pointer self, const error& why) {
  auto& state = self->state;
  if (state.resetting || state.outcome) return;
  const auto in = segment::parse(why.subject());
  const bool truncated = why == errc::segment_truncated || why == errc::segment_not_found;
  const bool resets = state.setup.options.on_truncation == truncation_policy::reset_group &&
                      state.setup.reset_group && state.machine.state();
  if (!truncated || !resets || !in) return end_with(self, why);
  state.resetting = true;
  state.setup.reset_group(
      state.setup.group, state.machine.state()->config().generation, in->stream,
      [to = weak_handle<event_reader_inside>{self}](const result<reader_group_config>& got) {
        to.send(group_reset_over{got ? result<void>{} : result<void>{got.error()}});
      });
}

void on_reset_over(self_pointer self, const result<void>& outcome) {
  if (!outcome && !self->state.outcome) end_with(self, outcome.error());
}

void leave(self_pointer self) {
  auto& state = self->state;
  end_reading(self, error{errc::closed, "the reader is closed"}.with_subject(
                        state.setup.group.to_string()));
  if (state.left) return answer_closing(self);
  if (std::exchange(state.leaving, true)) return;
  state.machine.leave();
  self->delayed_send(event_reader_inside{self}, state.setup.leaving_timeout, leaving_over{});
  step(self);
}

void give_up_leaving(self_pointer self) {
  auto& state = self->state;
  if (state.left) return;
  state.left = of_reader(self, error{errc::deadline_exceeded,
                                     "the reader could not take itself out of its group"});
  answer_closing(self);
}

error of_reader(self_pointer self, error why) {
  const auto& state = self->state;
  return in_context(*state.context, std::move(why),
                    state.setup.group.to_string() + ", reader " + state.setup.reader, {},
                    stage::read);
}

}  // namespace pravega_actor::internal
