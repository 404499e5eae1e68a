// `truncate_at`: a cut is checked against the stream before anything is dropped.
#include <algorithm>
#include <map>
#include <set>

#include "streams/key_ranges.hpp"
#include "streams/stream_changes.hpp"

namespace pravega_actor::internal {

namespace {

using infos = std::vector<result<segment_info>>;

error refused_cut(std::string why) {
  return {errc::invalid_argument, std::move(why)};
}

class truncation final : public std::enable_shared_from_this<truncation> {
 public:
  truncation(stream_cut cut, teller<void> tell)
      : cut_{std::move(cut)}, tell_{std::move(tell)} {}

  step begin() {
    if (auto valid = cut_.check(); !valid) return tell_(valid.error());
    if (cut_.offsets.empty()) return fail(refused_cut("the cut names no segments"));
    for (const auto& [id, offset] : cut_.offsets)
      epochs_.insert(id.epoch);
    return ask_or_fail(controller::get_current_segments{cut_.stream}, tell_,
                       [me = shared_from_this()](const controller::segment_ranges& now) {
                         if (now.segments.empty()) return me->fail(errc::stream_sealed);
                         me->token_ = now.delegation_token;
                         return me->ask_epoch();
                       });
  }

 private:
  step fail(const error& why) {
    return tell_(why.with_stage(stage::controller_call).with_subject(cut_.stream.to_string()));
  }
  static std::string name_of(segment_id id) {
    return "segment " + std::to_string(id.number) + ".#epoch." + std::to_string(id.epoch);
  }

  // The epochs that opened the cut's segments know their ranges.
  step ask_epoch() {
    if (epochs_.empty()) return check_cover();
    const auto epoch = *epochs_.begin();
    epochs_.erase(epochs_.begin());
    return ask(
        controller::get_epoch_segments{cut_.stream, epoch},
        [me = shared_from_this(), epoch](const result<controller::segment_ranges>& got) {
          if (!got && got.error() == errc::stream_not_found)
            return me->fail(refused_cut("the stream has no epoch " + std::to_string(epoch) +
                                        ", which the cut names"));
          if (!got) return me->tell_(got.error());
          for (const auto& each : got->segments)
            me->ranges_[each.id] = each.range;
          return me->ask_epoch();
        });
  }

  step check_cover() {
    std::vector<key_range> ranges;
    std::vector<segment> segments;
    for (const auto& [id, offset] : cut_.offsets) {
      const auto at = ranges_.find(id);
      if (at == ranges_.end())
        return fail(
            refused_cut("the stream never had " + name_of(id) + ", which the cut names"));
      ranges.push_back(at->second);
      segments.push_back({cut_.stream, id});
    }
    const auto cover = joined(std::move(ranges), "the ranges of the cut's segments");
    if (!cover) return fail(cover.error());
    const bool whole = cover->size() == 1 && cover->front().low <= key_tolerance &&
                       cover->front().high >= 1.0 - key_tolerance;
    if (!whole)
      return fail(refused_cut("the cut's segments do not cover the key space; they cover " +
                              to_text(cover->front()) +
                              (cover->size() > 1 ? " and others" : "")));
    return step{infos_step{
        std::move(segments), token_,
        [me = shared_from_this()](const infos& seen) { return me->on_infos(seen); }}};
  }

  step on_infos(const infos& seen) {
    std::size_t next = 0;
    for (auto& [id, offset] : cut_.offsets) {
      const auto& info = seen[next++];
      if (!info && info.error() == errc::segment_not_found)
        return fail(
            refused_cut(name_of(id) + " was truncated away: the cut lies before the head"));
      if (!info) return tell_(info.error());
      if (offset == -1 && !info->sealed)
        return fail(refused_cut("the cut says that " + name_of(id) +
                                " is read to its end, but it has none"));
      if (offset == -1) offset = info->write_offset;
      if (offset > info->write_offset)
        return fail(refused_cut("the cut lies after the end of " + name_of(id) + ": " +
                                std::to_string(offset) + " of " +
                                std::to_string(info->write_offset) + " bytes"));
      if (offset < info->start_offset)
        return fail(refused_cut("the cut lies before the head of " + name_of(id) + ": " +
                                std::to_string(offset) + " instead of at least " +
                                std::to_string(info->start_offset)));
    }
    return ask(controller::truncate_stream{cut_},
               [me = shared_from_this()](const result<controller::done>& done) {
                 return done ? me->tell_({}) : me->tell_(done.error());
               });
  }

  stream_cut cut_;
  const teller<void> tell_;
  std::string token_;
  std::set<std::int32_t> epochs_;
  std::map<segment_id, key_range> ranges_;
};

}  // namespace

step truncate_at(const stream_cut& cut, const teller<void>& tell) {
  return std::make_shared<truncation>(cut, tell)->begin();
}

}  // namespace pravega_actor::internal
