// `find_splits`: what is stored between two cuts, segment by segment.
#include <algorithm>

#include "streams/stream_inspection.hpp"

namespace pravega_actor::internal {

namespace {

using offsets = std::map<segment_id, std::int64_t>;
using infos = std::vector<result<segment_info>>;

constexpr std::int64_t read_to_the_end = -1;

error refused(const std::string& reason, const segment& in) {
  return error{errc::invalid_argument, reason}.with_subject(in.to_string());
}

class splitting final : public std::enable_shared_from_this<splitting> {
 public:
  splitting(scoped_stream stream, const stream_range& between, teller<stream_splits> tell)
      : stream_{std::move(stream)},
        from_head_{!between.from},
        from_{between.from ? between.from->offsets : offsets{}},
        to_{between.to ? between.to->offsets : offsets{}},
        tell_{std::move(tell)} {}

  step begin() {
    if (!from_head_) return ask_list();
    return ask_or_fail(controller::get_head_segments{stream_}, tell_,
                       [me = shared_from_this()](const controller::segment_offsets& head) {
                         me->from_ = head.offsets;
                         return me->ask_list();
                       });
  }

 private:
  step ask_list() {
    return ask_or_fail(controller::get_segments_between{stream_, from_, to_}, tell_,
                       [me = shared_from_this()](const controller::segment_list& found) {
                         return me->on_list(found);
                       });
  }

  step on_list(const controller::segment_list& found) {
    for (const auto& id : found.segments)
      if (begin_of(id) != read_to_the_end) asked_.push_back({stream_, id});
    return step{infos_step{
        asked_, found.delegation_token,
        [me = shared_from_this()](const infos& seen) { return me->on_infos(seen); }}};
  }

  step on_infos(const infos& seen) {
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (auto added = add(asked_[i], seen[i]); !added) return tell_(added.error());
    }
    return tell_(found_);
  }

  result<void> add(const segment& in, const result<segment_info>& seen) {
    const auto begin = begin_of(in.id);
    const auto end = given_end_of(in.id);
    if (!seen && seen.error() == errc::segment_not_found) {
      add_gap({in, begin, end.value_or(read_to_the_end)});
      return {};
    }
    if (!seen) return seen.error();
    if (begin > seen->write_offset)
      return refused("the start cut lies after the end of the segment", in);
    if (end && *end > seen->write_offset)
      return refused("the end cut lies after the end of the segment", in);
    const stream_split split{in, std::max(begin, seen->start_offset),
                             end.value_or(seen->write_offset)};
    add_gap({in, begin, std::min(split.from, split.to)});
    if (split.from < split.to) found_.splits.push_back(split);
    return {};
  }

  // What was truncated away before the head was asked for is no part of the stream.
  void add_gap(const segment_gap& gap) {
    if (from_head_) return;
    if (gap.to == read_to_the_end || gap.from < gap.to) found_.gaps.push_back(gap);
  }

  // A segment that the cut does not name is read from its beginning.
  [[nodiscard]] std::int64_t begin_of(segment_id id) const {
    const auto at = from_.find(id);
    return at == from_.end() ? 0 : at->second;
  }
  // None: as far as it is stored.
  [[nodiscard]] std::optional<std::int64_t> given_end_of(segment_id id) const {
    const auto at = to_.find(id);
    if (at == to_.end() || at->second == read_to_the_end) return std::nullopt;
    return at->second;
  }

  const scoped_stream stream_;
  const bool from_head_;
  offsets from_;
  const offsets to_;
  const teller<stream_splits> tell_;
  std::vector<segment> asked_;
  stream_splits found_;
};

result<void> check_cut(const scoped_stream& stream, const std::optional<stream_cut>& cut) {
  if (!cut) return {};
  if (auto valid = cut->check(); !valid) return valid;
  if (cut->stream == stream && !cut->offsets.empty()) return {};
  return error{errc::invalid_argument, "a cut must be of the stream and name its segments"}
      .with_subject(stream.to_string());
}

}  // namespace

step find_splits(const scoped_stream& stream, const stream_range& between,
                 const teller<stream_splits>& tell) {
  if (auto valid = check_names(stream); !valid) return tell(valid.error());
  if (auto valid = check_cut(stream, between.from); !valid) return tell(valid.error());
  if (auto valid = check_cut(stream, between.to); !valid) return tell(valid.error());
  return std::make_shared<splitting>(stream, between, tell)->begin();
}

}  // namespace pravega_actor::internal
