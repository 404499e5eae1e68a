#include "synchronizer/synchronizer_actor.hpp"

#include <utility>

#include "core/bounded_timeout.hpp"
#include "pravega_actor/actor_errors.hpp"
#include "pravega_actor/limits.hpp"
#include "requests/ask_controller.hpp"
#include "supervision/perform_actions.hpp"
#include "supervision/watch_owner.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = synchronizer_pointer;
using machine_action = synchronizer_machine::action;

void run(self_pointer self, const machine_action& next);

time_point now(const synchronizer_state& state) {
  return state.context->env->now();
}

error in_context(const synchronizer_state& state, const error& why) {
  return in_context(*state.context, why, state.setup.stream.to_string(), {},
                    stage::segment_request);
}

error too_late(const char* what) {
  return error{errc::deadline_exceeded, what}.with_stage(stage::segment_request);
}

// --- opening --------------------------------------------------------------------------------

void refuse_to_open(self_pointer self, const error& why) {
  auto& state = self->state;
  const auto reason = in_context(state, why);
  if (auto tell = std::exchange(state.on_open, nullptr)) tell(reason);
  for (auto& each : std::exchange(state.waiting, {}))
    each.done(reason);
  self->quit(to_caf_error(reason));
}

void ask_again(self_pointer self, const error& why) {
  auto& state = self->state;
  const auto pause =
      state.setup.timing.requests.backoff.delay(++state.attempts, state.context->env->random());
  if (!why.retriable() || now(state) + pause >= state.opening_deadline)
    return refuse_to_open(self, why);
  self->delayed_send(self, pause, synchronizer_open_again{});
}

void on_segments(self_pointer self, const result<controller::segment_ranges>& got) {
  auto& state = self->state;
  if (!got) return ask_again(self, got.error());
  const auto& segments = got->segments;
  if (segments.empty()) return refuse_to_open(self, errc::stream_sealed);
  if (segments.size() > 1)
    return refuse_to_open(self, error{errc::invalid_argument,
                                      "a replicated state needs a stream with one "
                                      "segment, and this one has " +
                                          std::to_string(segments.size())});
  state.log = log_address{{state.setup.stream, segments.front().id},
                          got->delegation_token,
                          state.context->env->random_uuid()};
  if (auto tell = std::exchange(state.on_open, nullptr))
    tell(caf::actor_cast<synchronizer_control>(caf::strong_actor_ptr{self->ctrl()}));
  self->send(self, synchronizer_go_on{});
}

void open(self_pointer self) {
  ask_controller(
      self, *self->state.context,
      controller::get_current_segments{self->state.setup.stream, access_operation::read_write},
      [self](const result<controller::segment_ranges>& got) { on_segments(self, got); },
      [self] {
        ask_again(self, error{errc::actor_terminated, "the controller client ended"}.with_stage(
                            stage::controller_call));
      });
}

// --- operations -----------------------------------------------------------------------------

void on_answer(self_pointer self, const result<log_answer>& got) {
  auto& state = self->state;
  const bool lost = !got && got.error() == errc::actor_terminated;
  if (lost) state.stores = nullptr;
  run(self, lost ? state.machine->on_actor_lost() : state.machine->on_answer(got));
}

// The time that is left for a request of the current operation.
duration time_left(synchronizer_state& state, bool resolving) {
  const auto at = now(state);
  if (!resolving) return state.current->deadline - at;
  if (!state.resolve_deadline) state.resolve_deadline = at + state.setup.timing.resolve_timeout;
  return *state.resolve_deadline - at;
}

void ask(self_pointer self, const log_request& what) {
  auto& state = self->state;
  const auto left = time_left(state, state.machine->is_resolving());
  if (left <= duration{0})
    return run(self, state.machine->on_too_late(
                         in_context(state, too_late("the time for the operation is over"))));
  if (!state.stores)
    state.stores =
        self->spawn(segment_requests_actor, state.context, state.setup.timing.requests);
  ask_log(self, state.stores, *state.log, what, left,
          [self](const result<log_answer>& got) { on_answer(self, got); });
}

void finish(self_pointer self, const result<state_outcome>& outcome) {
  auto& state = self->state;
  const auto over = std::exchange(state.current, std::nullopt);
  state.resolve_deadline.reset();
  over->done(outcome ? outcome : in_context(state, outcome.error()));
  self->send(self, synchronizer_go_on{});
}

struct performer {
  self_pointer self;
  void operator()(const synchronizer_machine::finish& over) const {
    finish(self, over.outcome);
  }
  template <class Request>
  void operator()(const Request& what) const {
    ask(self, what);
  }
};

void run(self_pointer self, const machine_action& next) {
  (void)perform_action<synchronizer_machine>(self, self->state.context->env, next,
                                             performer{self});
}

void go_on(self_pointer self) {
  auto& state = self->state;
  if (state.current || !state.log) return;
  while (!state.waiting.empty()) {
    state.current = std::move(state.waiting.front());
    state.waiting.pop_front();
    if (now(state) < state.current->deadline)
      return run(self, state.machine->start(state.current->what));
    const auto late = std::exchange(state.current, std::nullopt);
    late->done(in_context(state, too_late("its time passed while it waited behind others")));
  }
  if (!state.closing) return;
  for (const auto& tell : std::exchange(*state.closing, {}))
    tell();
  self->quit();
}

}  // namespace

void synchronizer_state::start(state_operation what, duration timeout, state_done done) {
  if (closing)
    return done(in_context(*this, error{errc::closed, "the synchronizer is closed"}));
  if (waiting.size() >= limits::synchronizer_queue_max)
    return done(in_context(*this, error{errc::limit_exceeded, "synchronizer_queue_max"}));
  if (timeout <= duration{0}) timeout = setup.timing.operation_timeout;
  waiting.push_back({std::move(what), std::move(done), now(*this) + bounded_timeout(timeout)});
  if (!current) self->send(self, synchronizer_go_on{});
}

void synchronizer_state::close(std::function<void()> done) {
  if (!closing) closing.emplace();
  closing->push_back(std::move(done));
  self->send(self, synchronizer_go_on{});
}

synchronizer_state::~synchronizer_state() {
  const error ended{errc::actor_terminated, "the synchronizer's actor ended"};
  if (on_open) on_open(in_context(*this, ended));
  if (current) {
    const error unknown{
        errc::outcome_unknown,
        "the synchronizer's actor ended before it answered, and the entry may be stored"};
    current->done(in_context(*this, machine->may_have_written() ? unknown : ended));
  }
  for (auto& each : waiting)
    each.done(in_context(*this, ended));
  for (const auto& tell : closing.value_or(std::vector<std::function<void()>>{}))
    tell();
  if (stores) caf::anon_send_exit(stores, caf::exit_reason::user_shutdown);
}

caf::behavior synchronizer_actor(self_pointer self,
                                 std::shared_ptr<const segment_context> context,
                                 synchronizer_setup setup, synchronizer_open_done on_open) {
  auto& state = self->state;
  state.self = self;
  state.context = std::move(context);
  state.setup = std::move(setup);
  state.on_open = std::move(on_open);
  state.machine.emplace(state.setup.parts.make_replica());
  state.opening_deadline = now(state) + state.setup.timing.opening_timeout;
  self->set_down_handler([self](const caf::down_msg& down) {
    if (down.source == self->state.setup.owner) self->state.close([] {});
  });
  if (!watch_owner(self, state.setup.owner)) state.close([] {});
  open(self);
  caf::message_handler own{
      [self](const synchronizer_go_on&) { go_on(self); },
      [self](const synchronizer_open_again&) { open(self); },
      [self](const synchronizer_call& what) {
        self->state.start(what.what, what.timeout, *what.done);
      },
      [self](const synchronizer_unused&) { self->state.close([] {}); },
  };
  const auto& parts = state.setup.parts;
  if (parts.make_interface == nullptr) return own;
  return own.or_else(parts.make_interface(self, state));
}

}  // namespace pravega_actor::internal
