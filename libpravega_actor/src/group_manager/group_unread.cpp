// `unread`: follows the segments from the group's positions to the tail or to the end cuts.
#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "group_manager/group_beginning.hpp"
#include "group_manager/group_inspection.hpp"

namespace pravega_actor::internal {

namespace {

using infos = std::vector<result<segment_info>>;

class unread_count final : public std::enable_shared_from_this<unread_count> {
 public:
  unread_count(const segment_offsets& positions, seen_group seen, teller<unread_bytes> tell)
      : seen_{std::move(seen)}, tell_{std::move(tell)} {
    for (const auto& [at, offset] : positions)
      wanted_[at.stream][at] = offset;
    for (const auto& [reader, owned] : seen_.state->content().assigned) {
      found_.by_reader[reader] = 0;
      for (const auto& [at, offset] : owned)
        readers_[at.name] = reader;
    }
  }

  step begin(const std::vector<stream_cut>& cuts) {
    return check_cuts(cuts, [me = shared_from_this()](const result<void>& valid) {
      return valid ? me->next_stream() : me->tell_(valid.error());
    });
  }

 private:
  step next_stream() {
    if (wanted_.empty()) return finish();
    auto first = wanted_.extract(wanted_.begin());
    frontier_ = std::move(first.mapped());
    met_.clear();
    return ask_or_fail(controller::get_current_segments{first.key(), access_operation::read},
                       tell_, [me = shared_from_this()](const controller::segment_ranges& now) {
                         me->token_ = now.delegation_token;
                         return me->ask_infos();
                       });
  }

  step finish() {
    std::sort(found_.segments.begin(), found_.segments.end(),
              [](const auto& a, const auto& b) { return a.of < b.of; });
    return tell_(found_);
  }

  step ask_infos() {
    if (frontier_.empty()) return next_stream();
    std::vector<segment> names;
    for (const auto& [at, offset] : frontier_)
      names.push_back(at);
    return step{infos_step{
        std::move(names), token_,
        [me = shared_from_this()](const infos& seen) { return me->on_infos(seen); }}};
  }

  // Segments that end are followed to their successors. One that was truncated away has ended.
  step on_infos(const infos& seen) {
    std::size_t next = 0;
    for (const auto& [at, offset] : std::exchange(frontier_, {})) {
      const auto& info = seen[next++];
      met_.insert(at);
      const bool gone = !info && info.error() == errc::segment_not_found;
      if (!info && !gone) return tell_(info.error());
      if (!gone && offset >= 0) add(at, offset, *info);
      if ((gone || info->sealed) && !seen_.state->is_end_segment(at)) sealed_.push_back(at);
    }
    return ask_successors();
  }
  void add(const segment& at, std::int64_t offset, const segment_info& info) {
    const auto end = std::min(info.write_offset, seen_.state->end_offset(at));
    const auto bytes = std::max<std::int64_t>(0, end - std::max(offset, info.start_offset));
    const auto reader = readers_.find(at);
    const auto name = reader == readers_.end() ? std::string{} : reader->second;
    found_.total += bytes;
    found_.by_reader[name] += bytes;
    found_.segments.push_back({at, name, bytes});
  }

  step ask_successors() {
    if (sealed_.empty()) return ask_infos();
    const auto of = sealed_.back();
    sealed_.pop_back();
    return ask_or_fail(controller::get_successors{of}, tell_,
                       [me = shared_from_this(), of](const controller::successors& got) {
                         for (const auto& each : got.segments)
                           me->reach({of.stream, each.segment.id});
                         return me->ask_successors();
                       });
  }
  void reach(const segment& at) {
    if (!met_.contains(at)) frontier_.try_emplace(at, 0);
  }

  const seen_group seen_;
  const teller<unread_bytes> tell_;
  /// By stream: where each segment is read to.
  std::map<scoped_stream, segment_offsets> wanted_;
  std::map<segment, std::string> readers_;
  std::string token_;
  segment_offsets frontier_;
  std::set<segment> met_;
  std::vector<segment> sealed_;
  unread_bytes found_;
};

// The places where readers would continue. Segments that wait for others are at their start.
segment_offsets stored_positions(const group_state& state) {
  segment_offsets all;
  for (const auto& [stream, cut] : state.stream_cuts())
    for (const auto& [id, offset] : cut.offsets)
      all[{stream, id}] = offset;
  return all;
}

}  // namespace

step count_unread(const segment_offsets& positions, const seen_group& state,
                  const teller<unread_bytes>& tell) {
  std::vector<stream_cut> cuts;
  for (const auto& [stream, cut] : cuts_of(positions))
    cuts.push_back(cut);
  return std::make_shared<unread_count>(positions, state, tell)->begin(cuts);
}

step count_unread_of(const scoped_group& group, unread_since since,
                     const std::string& silent_id, time_point deadline,
                     const teller<unread_bytes>& tell) {
  if (auto valid = check_names(group); !valid) return tell(valid.error());
  if (since == unread_since::live_position)
    return make_checkpoint(group, silent_id, deadline,
                           [tell](const result<passed_checkpoint>& got) {
                             if (!got) return tell(got.error());
                             return count_unread(got->positions, got->group.seen, tell);
                           });
  return find_group(group, [tell](const result<open_group>& got, time_point) {
    if (!got) return tell(got.error());
    const auto& state = *got->seen.state;
    const auto& last = state.last_checkpoint();
    return count_unread(last.empty() ? stored_positions(state) : last, got->seen, tell);
  });
}

}  // namespace pravega_actor::internal
