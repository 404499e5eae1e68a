// `trace_lineage`: every epoch of a stream, and what is still stored of its segments.
#include <algorithm>
#include <map>

#include "pravega_actor/stream_manager.hpp"
#include "streams/key_ranges.hpp"
#include "streams/stream_inspection.hpp"

namespace pravega_actor::internal {

namespace {

using controller::segment_ranges;
using infos = std::vector<result<segment_info>>;

class lineage_trace final : public std::enable_shared_from_this<lineage_trace> {
 public:
  lineage_trace(const scoped_stream& stream, teller<stream_lineage> tell)
      : tell_{std::move(tell)} {
    found_.stream = stream;
  }

  step begin() {
    return ask_or_fail(
        controller::get_current_segments{found_.stream}, tell_,
        [me = shared_from_this()](const segment_ranges& now) { return me->on_current(now); });
  }

 private:
  step on_current(const segment_ranges& now) {
    found_.sealed = now.segments.empty();
    token_ = now.delegation_token;
    for (const auto& each : now.segments)
      last_epoch_ = std::max(last_epoch_, each.id.epoch);
    return last_epoch_ < limits::lineage_epochs_max ? ask_epoch() : too_many();
  }

  step too_many() {
    return tell_(
        error{errc::limit_exceeded, "more epochs than lineage_epochs_max"}.with_subject(
            found_.stream.to_string()));
  }

  // The current segments show how many epochs there are. A sealed stream has no current
  // segments: there the first epoch that is not found ends the search.
  step ask_epoch() {
    const auto epoch = found_.epochs;
    if (!found_.sealed && epoch > last_epoch_) return ask_stores();
    if (epoch >= limits::lineage_epochs_max) return too_many();
    return ask(controller::get_epoch_segments{found_.stream, epoch},
               [me = shared_from_this()](const result<segment_ranges>& got) {
                 if (got) return me->on_epoch(got->segments);
                 const bool over = me->found_.sealed && me->found_.epochs > 0 &&
                                   got.error() == errc::stream_not_found;
                 return over ? me->ask_stores() : me->tell_(got.error());
               });
  }

  step on_epoch(const std::vector<segment_with_range>& segments) {
    const auto epoch = found_.epochs++;
    std::map<segment_id, std::size_t> active;
    for (const auto& each : segments) {
      const auto [at, added] = places_.try_emplace(each.id, found_.segments.size());
      active[each.id] = at->second;
      if (added) {
        lineage_segment fresh;
        fresh.id = each.id;
        fresh.range = each.range;
        fresh.opened = epoch;
        found_.segments.push_back(std::move(fresh));
      }
    }
    for (const auto& [id, at] : active_)
      if (!active.contains(id)) close(at, epoch, active);
    active_ = std::move(active);
    return ask_epoch();
  }

  // The segments that opened now and share keys with the closed one take over from it.
  void close(std::size_t at, std::int32_t epoch, const std::map<segment_id, std::size_t>& now) {
    found_.segments[at].closed = epoch;
    for (const auto& [id, next] : now) {
      auto& heir = found_.segments[next];
      if (heir.opened != epoch || !overlap(heir.range, found_.segments[at].range)) continue;
      heir.predecessors.push_back(found_.segments[at].id);
      found_.segments[at].successors.push_back(id);
    }
  }

  step ask_stores() {
    if (found_.sealed)
      for (const auto& [id, at] : active_)
        found_.segments[at].closed = found_.epochs;
    std::vector<segment> all;
    for (const auto& each : found_.segments)
      all.push_back({found_.stream, each.id});
    return step{infos_step{
        std::move(all), token_,
        [me = shared_from_this()](const infos& seen) { return me->on_infos(seen); }}};
  }

  step on_infos(const infos& seen) {
    for (std::size_t i = 0; i < seen.size(); ++i) {
      auto& at = found_.segments[i];
      std::sort(at.predecessors.begin(), at.predecessors.end());
      std::sort(at.successors.begin(), at.successors.end());
      if (seen[i])
        at.stored = lineage_segment::extent{seen[i]->start_offset, seen[i]->write_offset,
                                            seen[i]->last_modified_ms};
      else if (!(seen[i].error() == errc::segment_not_found))
        return tell_(seen[i].error());
    }
    return tell_(found_);
  }

  const teller<stream_lineage> tell_;
  stream_lineage found_;
  std::string token_;
  /// Of the current segments.
  std::int32_t last_epoch_ = 0;
  /// Where each segment stands in the result, and those of the epoch that was asked last.
  std::map<segment_id, std::size_t> places_;
  std::map<segment_id, std::size_t> active_;
};

}  // namespace

step trace_lineage(const scoped_stream& stream, const teller<stream_lineage>& tell) {
  return std::make_shared<lineage_trace>(stream, tell)->begin();
}

}  // namespace pravega_actor::internal
