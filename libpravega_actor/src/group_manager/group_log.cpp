#include "group_manager/group_log.hpp"

#include <utility>

namespace pravega_actor::internal {

namespace {

/// Before a lost copy is read again, or it is looked whether an entry was stored.
constexpr milliseconds retry_pause{100};

error without_state() {
  return {errc::reader_group_not_found,
          "the group has no state: its creation was not completed; ensure_group completes it"};
}

// The group may be known to the controller all the same.
error of_state(const error& why) {
  if (why == errc::stream_not_found || why == errc::segment_not_found)
    return error{errc::reader_group_not_found, "the stream of the group's state does not exist"}
        .with_subject(why.subject());
  return why;
}

result<seen_group> seen(const result<state_outcome>& got) {
  if (!got) return of_state(got.error());
  auto now = synced_in<group_state>(*got);
  if (!now.state) return without_state();
  return now;
}

// The entry may be stored, or its writer has died.
bool is_doubtful(const error& why) {
  return why == errc::outcome_unknown || why == errc::actor_terminated;
}

step after_pause(const std::function<step()>& what) {
  return step{pause_step{retry_pause, [what](time_point) { return what(); }}};
}

// One attempt to write; `again` continues from a newer state, or from the state that shows
// whether an entry of unknown outcome is stored.
step attempt(result<state_operation> what, const then_seen& then,
             const std::function<step(const seen_group&, time_point)>& again, time_point now) {
  if (!what) return then(what.error(), now);
  return step{log_step{
      std::move(*what), [then, again](const result<state_outcome>& got, time_point at) {
        if (got && got->accepted) return then(seen(got), at);
        if (!got && !is_doubtful(got.error())) return then(of_state(got.error()), at);
        const auto go_on = [then, again](const result<seen_group>& newer, time_point later) {
          return newer ? again(*newer, later) : then(newer, later);
        };
        if (got) return go_on(seen(got), at);
        return after_pause([go_on] { return fetch_group(go_on); });
      }}};
}

}  // namespace

step fetch_group(const then_seen& then) {
  return step{log_step{state_operations::fetch{},
                       [then](const result<state_outcome>& got, time_point now) {
                         if (!got && got.error() == errc::actor_terminated)
                           return after_pause([then] { return fetch_group(then); });
                         return then(seen(got), now);
                       }}};
}

step update_group(const seen_group& from, const group_generator& generate,
                  const then_seen& then, time_point now) {
  const auto updates = generate(*from.state);
  if (!updates) return then(updates.error(), now);
  if (updates->empty()) return then(from, now);
  return attempt(
      propose_operation<group_model>(from.at, *updates), then,
      [generate, then](const seen_group& newer, time_point at) {
        return update_group(newer, generate, then, at);
      },
      now);
}

step append_to_group(const std::vector<group_update>& updates,
                     const std::function<step(const result<void>&, time_point now)>& then) {
  auto what = append_operation<group_model>(updates);
  if (!what) return then(what.error(), {});
  return step{
      log_step{std::move(*what), [then](const result<state_outcome>& got, time_point now) {
                 return then(got ? result<void>{} : result<void>{of_state(got.error())}, now);
               }}};
}

step initialize_group(const group_init& initial, const then_seen& then) {
  auto what = initialize_operation<group_model>(initial);
  if (!what) return then(what.error(), {});
  return step{log_step{
      std::move(*what), [initial, then](const result<state_outcome>& got, time_point now) {
        if (got || !is_doubtful(got.error())) return then(seen(got), now);
        return after_pause([initial, then] { return initialize_group(initial, then); });
      }}};
}

step restart_group(const seen_group& from, const group_init& initial, const then_seen& then,
                   time_point now) {
  if (from.state->config().generation >= initial.config.generation) return then(from, now);
  return attempt(
      reset_operation<group_model>(from.at, initial), then,
      [initial, then](const seen_group& newer, time_point at) {
        return restart_group(newer, initial, then, at);
      },
      now);
}

}  // namespace pravega_actor::internal
