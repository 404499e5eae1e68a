// `reset`: a flag in the state, the controller's configuration, then a new state.
#include <utility>
#include <variant>

#include "group_manager/group_beginning.hpp"
#include "group_manager/group_changes.hpp"
#include "group_manager/group_opening.hpp"

namespace pravega_actor::internal {

namespace {

/// How often a reset begins again because of other resets.
constexpr int rounds_max = 16;

/// A reset that a reader asks for.
struct behind_truncation {
  std::int64_t generation = 0;
  scoped_stream stream;
};
using any_target = std::variant<reset_to::last_checkpoint, reset_to::given_checkpoint,
                                reset_to::configuration, behind_truncation>;

any_target any_of(const reset_target& target) {
  return std::visit([](const auto& each) { return any_target{each}; }, target);
}

class resetting final : public std::enable_shared_from_this<resetting> {
 public:
  resetting(scoped_group group, any_target target, teller<reader_group_config> tell)
      : group_{std::move(group)}, target_{std::move(target)}, tell_{std::move(tell)} {}

  step begin() {
    if (auto valid = check_names(group_); !valid) return fail(valid.error());
    if (++rounds_ > rounds_max)
      return fail(
          error{errc::reader_group_changed, "other resets of the group keep interfering"});
    return find_group(group_,
                      [me = shared_from_this()](const result<open_group>& got, time_point now) {
                        return got ? me->look_at(*got, now) : me->fail(got.error());
                      });
  }

 private:
  step fail(const error& why) {
    return tell_(why.subject().empty() ? why.with_subject(group_.to_string()) : why);
  }

  step look_at(const open_group& before, time_point now) {
    const auto* truncation = std::get_if<behind_truncation>(&target_);
    if (truncation == nullptr) return prepare(before, now);
    if (before.seen.state->config().generation != truncation->generation)
      return tell_(before.config);
    const auto cuts = before.seen.state->stream_cuts();
    const auto read = cuts.find(truncation->stream);
    if (read == cuts.end()) return prepare(before, now);
    return check_cuts({read->second},
                      [me = shared_from_this(), before, now](const result<void>& valid) {
                        return valid ? me->prepare(before, now) : me->fail(valid.error());
                      });
  }

  // Everything is checked before anything is written.
  step prepare(const open_group& before, time_point now) {
    auto wanted = target_config(before);
    if (!wanted) return fail(wanted.error());
    wanted->id = before.config.id;
    wanted->generation = before.config.generation;
    if (auto valid = wanted->check(); !valid) return fail(valid.error());
    const auto* given = std::get_if<reset_to::configuration>(&target_);
    return prepare_start(
        *wanted, given != nullptr ? given->start : group_start::head,
        [me = shared_from_this(), before, now](const result<group_init>& begin) {
          return begin ? me->announce(before, *begin, now) : me->fail(begin.error());
        });
  }

  result<reader_group_config> target_config(const open_group& before) const {
    if (const auto* given = std::get_if<reset_to::configuration>(&target_))
      return given->config;
    if (const auto* at = std::get_if<reset_to::given_checkpoint>(&target_)) {
      PRAVEGA_ACTOR_TRY(at->at.check());
      if (at->at.cuts.empty())
        return error{errc::invalid_argument, "nothing is left to read after this checkpoint"};
      return begun_at(before.config, at->at.cuts);
    }
    const auto cuts = cuts_of(before.seen.state->last_checkpoint());
    PRAVEGA_ACTOR_LET(auto config,
                      cuts.empty() ? before.config : begun_at(before.config, cuts));
    if (const auto* truncation = std::get_if<behind_truncation>(&target_))
      begin_at_head(config, truncation->stream, before.config);
    return config;
  }
  // Its end stays, if it has one.
  static void begin_at_head(reader_group_config& config, const scoped_stream& stream,
                            const reader_group_config& before) {
    config.starting_cuts[stream] = std::nullopt;
    const auto end = before.ending_cuts.find(stream);
    if (end != before.ending_cuts.end()) config.ending_cuts.insert(*end);
  }
  // A stream without a cut was read to its end.
  static result<reader_group_config> begun_at(reader_group_config config,
                                              const std::map<scoped_stream, stream_cut>& cuts) {
    for (const auto& [stream, cut] : cuts)
      if (!config.starting_cuts.contains(stream))
        return error{
            errc::invalid_argument,
            "the checkpoint is of another group: this one does not read " + stream.to_string()};
    std::erase_if(config.ending_cuts,
                  [&](const auto& each) { return !cuts.contains(each.first); });
    config.starting_cuts.clear();
    for (const auto& [stream, cut] : cuts)
      config.starting_cuts[stream] = cut;
    return config;
  }

  // From here on the readers look out for a new configuration.
  step announce(const open_group& before, const group_init& begin, time_point now) {
    const auto generation = before.seen.state->config().generation;
    return update_group(
        before.seen,
        [generation](const group_state& state) -> result<std::vector<group_update>> {
          if (state.config_is_changing() || state.config().generation != generation)
            return std::vector<group_update>{};
          return std::vector<group_update>{updating_config{true}};
        },
        [me = shared_from_this(), begin](const result<seen_group>& seen, time_point) {
          return seen ? me->change(*seen, begin) : me->fail(seen.error());
        },
        now);
  }

  step change(const seen_group& seen, const group_init& begin) {
    return ask(controller::update_reader_group{group_, begin.config},
               [me = shared_from_this(), seen, begin](
                   const result<controller::group_generation>& got, time_point now) {
                 if (!got) return me->look(seen, begin, got.error());
                 return me->restart(seen, begin, got->generation, now);
               });
  }
  // Perhaps the change was carried out and its answer was lost, or another reset was faster.
  step look(const seen_group& seen, const group_init& begin, const error& why) {
    return ask(controller::get_reader_group_config{group_},
               [me = shared_from_this(), seen, begin, why](
                   const result<reader_group_config>& got, time_point now) {
                 if (!got) return me->fail(why);
                 const bool ours = got->generation == begin.config.generation + 1 &&
                                   got->id == begin.config.id &&
                                   got->has_same_settings(begin.config);
                 if (ours) return me->restart(seen, begin, got->generation, now);
                 return why == errc::reader_group_changed ? me->begin() : me->fail(why);
               });
  }

  step restart(const seen_group& seen, group_init begin, std::int64_t generation,
               time_point now) {
    begin.config.generation = generation;
    return restart_group(
        seen, begin,
        [me = shared_from_this(), config = begin.config](const result<seen_group>& got,
                                                         time_point) {
          return got ? me->tell_(config) : me->fail(got.error());
        },
        now);
  }

  const scoped_group group_;
  const any_target target_;
  const teller<reader_group_config> tell_;
  int rounds_ = 0;
};

}  // namespace

step reset_group(const scoped_group& group, const reset_target& target,
                 const teller<reader_group_config>& tell) {
  return std::make_shared<resetting>(group, any_of(target), tell)->begin();
}

step reset_behind_truncation(const scoped_group& group, std::int64_t generation,
                             const scoped_stream& truncated,
                             const teller<reader_group_config>& tell) {
  return std::make_shared<resetting>(group, behind_truncation{generation, truncated}, tell)
      ->begin();
}

}  // namespace pravega_actor::internal
