#include "streams/stream_worker.hpp"

#include <algorithm>

#include "host/controller_caller.hpp"
#include "supervision/perform_actions.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = stream_worker_inside::stateful_pointer<stream_worker_state>;

void perform(self_pointer self, step next);

duration time_left(self_pointer self, duration at_most) {
  const auto& state = self->state;
  if (!state.timing.total) return at_most;
  return std::min<duration>(at_most, state.deadline - state.context->env->now());
}

error too_late(self_pointer self, stage at) {
  return error{errc::deadline_exceeded, "the time for the whole operation is over"}
      .with_stage(at)
      .with_controller(self->state.context->controller_address);
}

void ask_controller(self_pointer self, const controller::request& what, duration timeout) {
  const auto number = self->state.number;
  // Nobody else holds the worker while it waits.
  self->state.asked = self->spawn(
      controller_caller, self->state.context, what, timeout,
      [me = stream_worker_inside{self}, number](const result<controller::reply>& outcome) {
        caf::anon_send(me, worker_call_answered{number, outcome});
      });
}

// Asks the store of a segment. If the client that was asked dies, another one takes its place
// until the time is over.
template <class Request, class Then>
void ask_stores(self_pointer self, const segment& of, const Request& what,
                const std::string& token, time_point until, const Then& then) {
  auto& state = self->state;
  if (!state.stores)
    state.stores = self->spawn(segment_requests_actor, state.context, state.timing.infos);
  const auto timeout = std::max<duration>(until - state.context->env->now(), milliseconds{1});
  ask_store(self, state.stores, of, what, timeout, token,
            [=, number = state.number, asked = state.stores](const auto& got) {
              auto& now = self->state;
              if (now.number != number) return;
              const bool again = !got && got.error() == errc::actor_terminated &&
                                 now.context->env->now() < until;
              if (!again) return then(got);
              if (now.stores == asked) now.stores = nullptr;
              ask_stores(self, of, what, token, until, then);
            });
}

time_point end_of_request(self_pointer self) {
  const auto& state = self->state;
  return state.context->env->now() + time_left(self, state.timing.infos.request_timeout);
}

void on_info(self_pointer self, std::size_t at, const result<segment_info>& outcome);

// Keeps at most infos_open_max questions open.
void ask_more_infos(self_pointer self) {
  auto& state = self->state;
  const auto& wanted = std::get<infos_step>(state.now.what);
  while (state.infos_asked < wanted.of.size() &&
         state.infos_asked - (wanted.of.size() - state.infos_missing) <
             stream_worker_state::infos_open_max) {
    const auto at = state.infos_asked++;
    ask_stores(self, wanted.of[at], wire::get_stream_segment_info{}, wanted.delegation_token,
               end_of_request(self), [self, at](const result<wire::stream_segment_info>& got) {
                 on_info(self, at, info_of(got));
               });
  }
}

void on_info(self_pointer self, std::size_t at, const result<segment_info>& outcome) {
  auto& state = self->state;
  state.infos[at] = outcome;
  if (--state.infos_missing > 0) return ask_more_infos(self);
  const auto then = std::get<infos_step>(state.now.what).then;
  perform(self, then(std::exchange(state.infos, {})));
}

void start_infos(self_pointer self) {
  auto& state = self->state;
  const auto count = std::get<infos_step>(state.now.what).of.size();
  state.infos.assign(count, errc::internal_error);
  state.infos_asked = 0;
  state.infos_missing = count;
  ask_more_infos(self);
}

void ask_for_bytes(self_pointer self, const read_step& what) {
  ask_stores(self, what.of, wire::read_segment{{}, what.offset, what.bytes_max},
             what.delegation_token, end_of_request(self),
             [self](const result<wire::segment_read>& got) {
               const auto then = std::get<read_step>(self->state.now.what).then;
               perform(self, then(got));
             });
}

// A fault plan may kill the worker before and after the action's steps.
void act(self_pointer self, action_step what) {
  perform_named(self, self->state.context->env, what.machine, what.action,
                [self, carry_out = std::move(what.carry_out)] { perform(self, carry_out()); });
}

// The copy's actor has ended, or has found no stream and ends.
bool is_lost(const error& why) {
  return why == errc::actor_terminated || why == errc::stream_not_found;
}

void use_log(self_pointer self, const state_operation& what, duration timeout) {
  auto& state = self->state;
  const auto number = state.number;
  if (!state.log) state.log = state.open_log(self, timeout);
  // The answer may come from the end of another actor.
  state.log(what, timeout,
            [me = stream_worker_inside{self}, number](const result<state_outcome>& outcome) {
              caf::anon_send(me, worker_log_answered{number, outcome});
            });
}

// Carries steps out until one has to wait.
void perform(self_pointer self, step next) {
  auto& state = self->state;
  for (;;) {
    state.now = std::move(next);
    ++state.number;
    if (auto* call = std::get_if<call_step>(&state.now.what)) {
      const auto left = time_left(self, state.timing.call_timeout);
      if (left > duration{0}) return ask_controller(self, call->what, left);
      const auto then = std::move(call->then);
      next = then(too_late(self, stage::controller_call), state.context->env->now());
    } else if (auto* log = std::get_if<log_step>(&state.now.what)) {
      const auto left = time_left(self, state.timing.log_timeout);
      if (left > duration{0}) return use_log(self, log->what, left);
      const auto then = std::move(log->then);
      next = then(too_late(self, stage::segment_request), state.context->env->now());
    } else if (auto* infos = std::get_if<infos_step>(&state.now.what)) {
      if (!infos->of.empty()) return start_infos(self);
      const auto then = std::move(infos->then);
      next = then({});
    } else if (auto* read = std::get_if<read_step>(&state.now.what)) {
      if (end_of_request(self) > state.context->env->now()) return ask_for_bytes(self, *read);
      const auto then = std::move(read->then);
      next = then(too_late(self, stage::controller_call));
    } else if (auto* pause = std::get_if<pause_step>(&state.now.what)) {
      return self->delayed_send(stream_worker_inside{self}, pause->delay,
                                worker_pause_over{state.number});
    } else if (auto* acting = std::get_if<action_step>(&state.now.what)) {
      return act(self, std::move(*acting));
    } else {
      return self->quit();
    }
  }
}

}  // namespace

stream_worker_state::~stream_worker_state() {
  if (asked) caf::anon_send_exit(asked, caf::exit_reason::user_shutdown);
  if (stores) caf::anon_send_exit(stores, caf::exit_reason::user_shutdown);
}

stream_worker_inside::behavior_type stream_worker(
    self_pointer self, std::shared_ptr<const segment_context> context,
    stream_worker_timing timing, const std::function<step()>& begin,
    std::function<void(const error&)> give_up, log_opener open_log) {
  auto& state = self->state;
  state.open_log = std::move(open_log);
  state.give_up = std::move(give_up);
  state.context = std::move(context);
  state.timing = timing;
  if (timing.total) state.deadline = state.context->env->now() + *timing.total;
  perform(self, begin());
  return {
      [self](const worker_call_answered& answer) {
        auto& now = self->state;
        if (now.number != answer.number) return;
        now.asked = nullptr;
        const auto then = std::get<call_step>(now.now.what).then;
        perform(self, then(answer.outcome, now.context->env->now()));
      },
      [self](const worker_pause_over& over) {
        auto& now = self->state;
        if (now.number != over.number) return;
        const auto then = std::get<pause_step>(now.now.what).then;
        perform(self, then(now.context->env->now()));
      },
      [self](const worker_log_answered& answer) {
        auto& now = self->state;
        if (now.number != answer.number) return;
        if (!answer.outcome && is_lost(answer.outcome.error())) now.log = nullptr;
        const auto then = std::get<log_step>(now.now.what).then;
        perform(self, then(answer.outcome, now.context->env->now()));
      },
      [self](const end_task&) {
        self->state.give_up(closed_client_error());
        self->quit();
      },
  };
}

}  // namespace pravega_actor::internal
