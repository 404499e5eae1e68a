// `ensure_group` and `delete_group`.
#include "group_manager/group_beginning.hpp"
#include "group_manager/group_changes.hpp"
#include "group_manager/group_log.hpp"
#include "streams/stream_changes.hpp"

namespace pravega_actor::internal {

namespace {

class creation final : public std::enable_shared_from_this<creation> {
 public:
  creation(scoped_group group, reader_group_config config, group_start start,
           teller<ensured_group> tell)
      : group_{std::move(group)},
        wanted_{std::move(config)},
        start_{start},
        tell_{std::move(tell)} {}

  step begin() {
    auto valid = check_names(group_);
    if (valid) valid = wanted_.check();
    if (!valid) return fail(valid.error());
    return ask(controller::get_reader_group_config{group_},
               [me = shared_from_this()](const result<reader_group_config>& got) {
                 if (got) return me->compare(*got);
                 if (got.error() != errc::reader_group_not_found) return me->tell_(got.error());
                 return me->look_for_state();
               });
  }

 private:
  step fail(const error& why) {
    return tell_(why.subject().empty() ? why.with_subject(group_.to_string()) : why);
  }

  // A client before 0.9 made the group, or the controller's record of it is lost.
  step look_for_state() {
    return fetch_group([me = shared_from_this()](const result<seen_group>& seen, time_point) {
      if (seen) return me->adopt(seen->state->config());
      return seen.error() == errc::reader_group_not_found ? me->prepare()
                                                          : me->fail(seen.error());
    });
  }
  // The controller gets the group's own settings. Groups from before 0.9 have no id: theirs
  // stays empty in the state until a reset, as in Java.
  step adopt(const reader_group_config& held) {
    controller::create_reader_group call{group_, held};
    call.config.generation = 0;
    if (call.config.id == uuid{}) call.config.id = wanted_.id;
    return ask_or_fail(std::move(call), tell_,
                       [me = shared_from_this()](const reader_group_config& made) {
                         return me->compare(made);
                       });
  }
  // A reset counts only with a generation above that of the group's state.
  step catch_up(const reader_group_config& existing) {
    return ask(controller::update_reader_group{group_, existing},
               [me = shared_from_this(),
                existing](const result<controller::group_generation>& now) -> step {
                 if (!now && now.error() == errc::reader_group_changed) return me->begin();
                 if (!now) return me->tell_(now.error());
                 auto next = existing;
                 next.generation = now->generation;
                 return me->compare(next);
               });
  }

  // Nothing is created unless the streams and cuts are there.
  step prepare() {
    return prepare_start(wanted_, start_,
                         [me = shared_from_this()](const result<group_init>& begin) {
                           return begin ? me->create(*begin) : me->fail(begin.error());
                         });
  }
  step create(const group_init& begin) {
    controller::create_reader_group call{group_, begin.config};
    call.config.generation = 0;
    return ask(std::move(call),
               [me = shared_from_this(), begin](const result<reader_group_config>& made) {
                 if (!made) return me->tell_(made.error());
                 if (made->id != me->wanted_.id) return me->compare(*made);
                 auto first = begin;
                 first.config = *made;
                 return me->initialize(first, {ensured::created, *made, {}});
               });
  }

  step initialize(const group_init& first, const ensured_group& outcome) {
    return initialize_group(
        first, [me = shared_from_this(), outcome](const result<seen_group>& seen, time_point) {
          return seen ? me->tell_(outcome) : me->fail(seen.error());
        });
  }

  // Its creator may have ended before the group had a state: then it gets one.
  step compare(const reader_group_config& existing) {
    auto wanted = wanted_;
    if (start_ == group_start::tail)
      for (auto& [stream, cut] : wanted.starting_cuts)
        if (const auto at = existing.starting_cuts.find(stream);
            !cut && at != existing.starting_cuts.end())
          cut = at->second;
    const bool same = existing.has_same_settings(wanted);
    const ensured_group outcome{same ? ensured::existed : ensured::differs, existing,
                                differences(existing, wanted)};
    return fetch_group(
        [me = shared_from_this(), outcome](const result<seen_group>& seen, time_point) {
          if (seen && is_behind(outcome.config, *seen)) return me->catch_up(outcome.config);
          if (seen) return me->tell_(outcome);
          return seen.error() == errc::reader_group_not_found ? me->complete(outcome)
                                                              : me->fail(seen.error());
        });
  }
  // The controller has the group anew.
  static bool is_behind(const reader_group_config& config, const seen_group& seen) {
    const auto& held = seen.state->config();
    return held.id == config.id && held.generation > config.generation;
  }
  step complete(const ensured_group& outcome) {
    return find_start(
        outcome.config, [me = shared_from_this(), outcome](const result<group_init>& begin) {
          return begin ? me->initialize(*begin, outcome) : me->fail(begin.error());
        });
  }

  const scoped_group group_;
  const reader_group_config wanted_;
  const group_start start_;
  const teller<ensured_group> tell_;
};

}  // namespace

step ensure_group_there(const scoped_group& group, const reader_group_config& config,
                        group_start start, const teller<ensured_group>& tell) {
  return std::make_shared<creation>(group, config, start, tell)->begin();
}

// It was there when it was looked for: if it is gone now, an attempt whose answer was lost, or
// somebody else, has deleted it.
step delete_group_there(const scoped_group& group, const teller<bool>& tell) {
  if (auto valid = check_names(group); !valid) return tell(valid.error());
  // As in Java, a group that only its stream knows goes with its stream.
  const auto delete_state = [=] {
    return fetch_group([=](const result<seen_group>& seen, time_point) {
      if (!seen && seen.error() == errc::reader_group_not_found) return tell(false);
      if (!seen && seen.error().retriable()) return tell(seen.error());
      return seal_and_delete(state_stream_of(group), tell);
    });
  };
  return ask(controller::get_reader_group_config{group},
             [=](const result<reader_group_config>& config) {
               if (!config && config.error() == errc::reader_group_not_found)
                 return delete_state();
               if (!config) return tell(config.error());
               return ask_or_fail(controller::delete_reader_group{group, config->id}, tell,
                                  [tell](const controller::deletion&) { return tell(true); });
             });
}

}  // namespace pravega_actor::internal
