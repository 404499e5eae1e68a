#include "group_manager/group_opening.hpp"

#include "group_manager/group_beginning.hpp"

namespace pravega_actor::internal {

step complete_reset(const open_group& group, const then_open& then, time_point now) {
  const auto& state = *group.seen.state;
  if (!state.config_is_changing() || group.config.generation <= state.config().generation)
    return then(group, now);
  return find_start(group.config, [group, then, now](const result<group_init>& start) {
    if (!start) return then(group, now);
    return restart_group(
        group.seen, *start,
        [group, then](const result<seen_group>& seen, time_point at) -> step {
          if (!seen) return then(seen.error(), at);
          return then(open_group{group.config, *seen}, at);
        },
        now);
  });
}

namespace {

// The readers of a group need only its state, so that it may be in use all the same.
step explain_missing(const error& why, const then_open& then) {
  return fetch_group([=](const result<seen_group>& seen, time_point now) {
    if (!seen) return then(why, now);
    return then(why.with_detail("the controller does not know the group, though its state "
                                "exists; ensure_group makes the group known again"),
                now);
  });
}

}  // namespace

step find_group(const scoped_group& group, const then_open& then) {
  return ask(controller::get_reader_group_config{group},
             [=](const result<reader_group_config>& config, time_point now) -> step {
               if (!config && config.error() == errc::reader_group_not_found)
                 return explain_missing(config.error(), then);
               if (!config) return then(config.error(), now);
               return fetch_group([=](const result<seen_group>& seen, time_point at) -> step {
                 if (!seen) return then(seen.error(), at);
                 return complete_reset({*config, *seen}, then, at);
               });
             });
}

}  // namespace pravega_actor::internal
