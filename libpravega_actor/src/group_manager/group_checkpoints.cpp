#include "group_manager/group_checkpoints.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/base64.hpp"
#include "group/group_shares.hpp"

namespace pravega_actor::internal {

namespace {

/// Between two looks at the group's state, as in Java.
constexpr milliseconds look_pause{500};

bool is_known(const group_state& state, const std::string& id) {
  return state.content().checkpoints.positions.contains(id);
}

std::string joined(const std::set<std::string>& names) {
  std::string text;
  for (const auto& name : names)
    text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

// What becomes useless with this one, unless somebody waits for it.
bool may_forget_older(const group_state& state, const std::string& id) {
  const auto& all = state.content().checkpoints;
  const auto end = std::find(all.checkpoints.begin(), all.checkpoints.end(), id);
  if (end == all.checkpoints.begin()) return false;
  return std::none_of(all.checkpoints.begin(), end, [&](const std::string& older) {
    return !is_silent_checkpoint(older) && all.waiting.contains(older);
  });
}

class checkpointing final : public std::enable_shared_from_this<checkpointing> {
 public:
  checkpointing(scoped_group group, std::string id, time_point deadline, then_passed then)
      : group_{std::move(group)},
        id_{std::move(id)},
        deadline_{deadline},
        then_{std::move(then)} {}

  step begin() {
    return find_group(group_,
                      [me = shared_from_this()](const result<open_group>& got, time_point now) {
                        return got ? me->create(*got, now) : me->fail(got.error());
                      });
  }

 private:
  step fail(const error& why) {
    return then_(why.subject().empty() ? why.with_subject(group_.to_string()) : why);
  }

  step create(const open_group& got, time_point now) {
    config_ = got.config;
    return update_group(
        got.seen,
        [me = shared_from_this()](const group_state& state) { return me->creation(state); },
        [me = shared_from_this()](const result<seen_group>& seen, time_point at) {
          return seen ? me->look(*seen, at) : me->fail(seen.error());
        },
        now);
  }
  // After an attempt of unknown outcome, what is there is its own.
  result<std::vector<group_update>> creation(const group_state& state) {
    if (is_known(state, id_)) {
      if (attempted_) return std::vector<group_update>{};
      return error{errc::precondition_failed, "the group has a checkpoint of this name"}
          .with_subject("checkpoint " + id_);
    }
    attempted_ = true;
    if (is_silent_checkpoint(id_)) return std::vector<group_update>{create_checkpoint{id_}};
    auto updates = requested_checkpoint(state, id_);
    if (updates) return updates;
    std::string names;
    for (const auto& each : state.outstanding_checkpoints())
      names.append(names.empty() ? ": " : ", ").append(each);
    return updates.error().with_detail(updates.error().detail() + names);
  }

  step look(const seen_group& seen, time_point now) {
    const auto& state = *seen.state;
    if (!is_known(state, id_)) {
      const auto* cleared = state.cleared_positions(id_);
      return cleared != nullptr ? finish(seen, *cleared) : fail(dropped());
    }
    if (const auto* positions = state.positions(id_)) return finish(seen, *positions);
    waits_for_ = state.content().checkpoints.waiting.at(id_);
    if (now >= deadline_) return fail(late());
    return step{pause_step{std::min<duration>(look_pause, deadline_ - now),
                           [me = shared_from_this()](time_point) { return me->look_again(); }}};
  }
  step look_again() {
    return fetch_group(
        [me = shared_from_this()](const result<seen_group>& seen, time_point now) {
          if (seen) return me->look(*seen, now);
          return me->fail(seen.error() == errc::deadline_exceeded ? me->late() : seen.error());
        });
  }
  error dropped() const {
    return error{
        errc::cancelled,
        "the checkpoint was dropped before it could be read: it was cancelled, another "
        "one followed it, or the group was reset"}
        .with_subject("checkpoint " + id_);
  }
  error late() const {
    return error{
        errc::deadline_exceeded,
        "waiting for readers to pass the checkpoint: it still waits for " + joined(waits_for_)}
        .with_subject("checkpoint " + id_);
  }

  step finish(const seen_group& seen, const segment_offsets& positions) {
    const passed_checkpoint passed{positions, {config_, seen}};
    if (!may_forget_older(*seen.state, id_)) return then_(passed);
    return append_to_group({clear_checkpoints_before{id_}},
                           [me = shared_from_this(), passed](const result<void>&, time_point) {
                             return me->then_(passed);
                           });
  }

  const scoped_group group_;
  const std::string id_;
  const time_point deadline_;
  const then_passed then_;
  reader_group_config config_;
  bool attempted_ = false;
  std::set<std::string> waits_for_;
};

}  // namespace

step make_checkpoint(const scoped_group& group, const std::string& id, time_point deadline,
                     const then_passed& then) {
  if (auto valid = check_names(group); !valid) return then(valid.error());
  return std::make_shared<checkpointing>(group, id, deadline, then)->begin();
}

std::string silent_checkpoint_id(const uuid& one, const uuid& other) {
  std::vector<std::byte> bytes;
  for (const auto half : {one.msb, one.lsb, other.msb, other.lsb})
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<std::byte>(half >> static_cast<unsigned>(shift)));
  return to_base64(bytes) + "_SILENT_";
}

step initiate_checkpoint_in(const scoped_group& group, const std::string& name,
                            time_point deadline, const teller<checkpoint>& tell) {
  if (auto valid = check_checkpoint_name(name); !valid) return tell(valid.error());
  return make_checkpoint(group, name, deadline,
                         [tell, name](const result<passed_checkpoint>& got) {
                           if (!got) return tell(got.error());
                           return tell(checkpoint{name, cuts_of(got->positions)});
                         });
}

step cancel_checkpoints_of(const scoped_group& group, const teller<std::size_t>& tell) {
  if (auto valid = check_names(group); !valid) return tell(valid.error());
  auto given_up = std::make_shared<std::size_t>(0);
  const auto generate =
      [given_up](const group_state& state) -> result<std::vector<group_update>> {
    const auto open = state.outstanding_checkpoints().size();
    if (open == 0) return std::vector<group_update>{};
    *given_up = open;
    return std::vector<group_update>{remove_outstanding_checkpoints{}};
  };
  return find_group(group, [=](const result<open_group>& got, time_point now) {
    if (!got) return tell(got.error());
    return update_group(
        got->seen, generate,
        [tell, given_up](const result<seen_group>& seen, time_point) {
          return seen ? tell(*given_up) : tell(seen.error());
        },
        now);
  });
}

step generate_cuts_of(const scoped_group& group, const std::string& id, time_point deadline,
                      const teller<std::map<scoped_stream, stream_cut>>& tell) {
  return make_checkpoint(group, id, deadline, [tell](const result<passed_checkpoint>& got) {
    if (!got) return tell(got.error());
    return tell(cuts_of(got->positions));
  });
}

}  // namespace pravega_actor::internal
