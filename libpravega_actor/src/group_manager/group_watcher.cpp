#include "group_manager/group_watcher.hpp"

#include <algorithm>
#include <utility>

#include "group_manager/open_group_log.hpp"
#include "host/always_answered.hpp"
#include "host/end_task.hpp"
#include "pravega_actor/actor_errors.hpp"

namespace pravega_actor::internal {

namespace {

using self_pointer = group_watcher_pointer;

constexpr milliseconds interval_min{10};
/// After a failed look.
constexpr milliseconds watch_pause{500};

void look(self_pointer self);

error in_context(const group_watcher_state& state, const error& why) {
  if (why == errc::stream_not_found || why == errc::segment_not_found)
    return in_context(*state.context, error{errc::reader_group_not_found},
                      state.setup.group.to_string(), {}, stage::segment_request);
  return in_context(*state.context, why, state.setup.group.to_string(), {},
                    stage::segment_request);
}

void end(self_pointer self, const result<void>& outcome) {
  auto& state = self->state;
  state.outcome = outcome;
  if (auto tell = std::exchange(state.on_open, nullptr))
    tell(outcome ? error{errc::closed, "the watch was ended"} : outcome.error());
  if (outcome)
    self->quit();
  else
    self->quit(to_caf_error(outcome.error()));
}

void tell_subscriber(self_pointer self, const group_observer::notice& what) {
  const auto& setup = self->state.setup;
  if (const auto* changed = std::get_if<group_observer::segments_changed>(&what))
    self->send(setup.subscriber,
               group_segments_changed{setup.group, changed->segments, changed->readers});
  else if (const auto* moved = std::get_if<group_observer::rebalanced>(&what))
    self->send(setup.subscriber, group_rebalanced{setup.group, moved->now});
  else
    self->send(setup.subscriber, group_end_of_data{setup.group});
}

void look_later(self_pointer self, duration delay) {
  self->delayed_send(group_watch_inside{self}, delay, group_look_due{});
}

// The next look asks a new synchronizer if this one has ended.
void on_failure(self_pointer self, const error& why) {
  auto& state = self->state;
  const auto now = state.context->env->now();
  if (!state.failing_since) state.failing_since = now;
  const bool over = now - *state.failing_since >= state.setup.recovery_timeout;
  if (!why.retriable() || over) return end(self, in_context(state, why));
  if (why == errc::actor_terminated) state.synchronizer = nullptr;
  look_later(self, watch_pause);
}

void on_state(self_pointer self, const group_state& now) {
  auto& state = self->state;
  state.failing_since.reset();
  if (auto tell = std::exchange(state.on_open, nullptr)) tell(group_watch{self});
  state.opened = true;
  for (const auto& each : state.observer.look_at(now))
    tell_subscriber(self, each);
  const milliseconds refresh{now.config().group_refresh_time_ms};
  const duration interval = state.setup.interval > duration{0} ? state.setup.interval : refresh;
  look_later(self, std::max<duration>(interval, interval_min));
}

void look(self_pointer self) {
  auto& state = self->state;
  const auto& timing = state.setup.timing;
  if (!state.synchronizer) {
    synchronizer_setup setup;
    setup.stream = state_stream_of(state.setup.group);
    setup.timing = timing;
    setup.owner = self->address();
    state.synchronizer = spawn_synchronizer<group_model>(self, state.context, std::move(setup));
  }
  self->request(state.synchronizer,
                timing.opening_timeout + timing.operation_timeout + seconds{2}, fetch_state{})
      .then(
          [self](const state_fetched<group_model>& got) {
            if (!got.outcome) return on_failure(self, got.outcome.error());
            if (!got.outcome->state)
              return on_failure(
                  self, error{errc::reader_group_not_found, "the group's stream has no state"});
            on_state(self, *got.outcome->state);
          },
          [self](const caf::error&) {
            on_failure(self, error{errc::actor_terminated, "the synchronizer ended"});
          });
}

}  // namespace

group_watcher_state::~group_watcher_state() {
  const error ended{errc::actor_terminated, "the watch was stopped"};
  if (on_open) on_open(ended);
  if (opened)
    caf::anon_send(setup.subscriber,
                   group_watch_ended{setup.group, outcome.value_or(result<void>{ended})});
}

group_watch_inside::behavior_type group_watcher(
    self_pointer self, std::shared_ptr<const segment_context> context, group_watch_setup setup,
    std::function<void(const result<group_watch>&)> on_open) {
  auto& state = self->state;
  state.context = std::move(context);
  state.setup = std::move(setup);
  state.on_open = std::move(on_open);
  self->set_down_handler([self](const caf::down_msg&) { end(self, {}); });
  self->set_exit_handler([self](const caf::exit_msg&) { end(self, closed_client_error()); });
  self->monitor(state.setup.subscriber);
  look(self);
  return {[self](const end_group_watch&) { end(self, {}); },
          [self](const group_look_due&) { look(self); }};
}

void open_group_watch(client_host& host, const watch_group& what,
                      std::function<void(result<group_watch>)> done) {
  if (auto valid = check_names(what.group); !valid) return done(valid.error());
  if (!what.subscriber)
    return done(error{errc::invalid_argument, "a watch needs a subscriber"});
  if (what.interval < duration{0} ||
      (what.interval > duration{0} && what.interval < interval_min))
    return done(error{errc::invalid_argument, "interval must be 0 or at least 10 ms"});
  done = always_answered(host, std::move(done));
  group_watch_setup setup{what.group, what.subscriber, what.interval, group_timing(host),
                          milliseconds{host.settings().reader_recovery_timeout_ms}};
  const bool added = host.add_child("group-watch",
                                    [setup = std::move(setup), done, context = host.context()](
                                        const child_start& as) -> started_child {
                                      return as.spawn(group_watcher, context, setup, done);
                                    });
  if (!added) done(closed_client_error());
}

}  // namespace pravega_actor::internal
