// The part of the controller model that deals with segments.
#include <algorithm>
#include <utility>

#include "controller/controller_limits.hpp"
#include "controller/controller_model.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::error;
using pravega_actor::segment;

}  // namespace

controller_model::answer controller_model::on(const controller::truncate_stream& call) {
  const auto& name = call.cut.stream;
  auto* stream = look_up(name);
  if (stream == nullptr) return missing(name);
  if (stream->sealed()) return errc::stream_sealed;
  if (!stream->is_complete(call.cut.offsets) || !stream->is_after_head(call.cut.offsets)) {
    return error{errc::precondition_failed, "not a complete cut, or before the stream's head"};
  }
  // "Read to the end" is a place for readers only.
  for (const auto& [id, offset] : call.cut.offsets) {
    if (offset < 0) return error{errc::precondition_failed, "a negative offset"};
  }
  const auto cut = truncation_place(name, call.cut.offsets);
  if (!cut)
    return error{errc::precondition_failed, "an offset lies after the end of its segment"};
  cut_off(name, *stream, *cut);
  return reply_with(controller::done{});
}

void controller_model::cut_off(const scoped_stream& stream, stream_record& record,
                               const cut_offsets& cut) {
  for (const auto& [id, offset] : cut)
    store_.truncate(segment{stream, id}.to_string(), offset);
  const auto before = record.metadata_bytes();
  for (const auto id : record.truncate(cut))
    store_.remove(segment{stream, id}.to_string());
  recount(before, record.metadata_bytes());
}

stream_extent controller_model::extent_of(const scoped_stream& stream,
                                          const stream_record& record) const {
  stream_extent extent;
  for (const auto id : record.existing()) {
    const auto held = store_.find(segment{stream, id}.to_string());
    if (held) extent.lengths[id] = held->length();
  }
  for (const auto& each : record.active())
    extent.tail[each.id] = extent.lengths[each.id];
  return extent;
}

// Groups without a cut do not count, as with the real controller.
std::optional<cut_offsets> controller_model::retention_cut(const scoped_stream& stream,
                                                           const stream_record& record) {
  const auto& policy = record.config().retention;
  const bool kept = policy.type != pravega_actor::retention_policy::kind::none;
  const auto extent = kept ? extent_of(stream, record) : stream_extent{};
  const auto places_free = store_.memory().free() / controller_limits::cut_place_bytes;
  auto released = groups_.released(stream);
  if (released.empty())
    return retention_.judge(stream, policy, extent, store_.now_ms(), places_free);
  const auto limits = retention_.limits(stream, policy, extent, store_.now_ms(), places_free);
  if (!limits.newest) return std::nullopt;
  released.push_back(*limits.newest);
  auto earliest = record.earliest_of(released);
  const bool too_early =
      limits.oldest && (earliest.empty() || !record.is_after(earliest, *limits.oldest));
  if (too_early) return limits.oldest;
  if (earliest.empty()) return std::nullopt;
  return earliest;
}

std::optional<cut_offsets> controller_model::truncation_place(const scoped_stream& stream,
                                                              const cut_offsets& cut) const {
  cut_offsets place;
  for (const auto& [id, offset] : cut) {
    const auto target = store_.find(segment{stream, id}.to_string());
    if (!target || offset > target->length()) return std::nullopt;
    const auto whole = offset < 0 ? target->length() : offset;
    place[id] = std::max(whole, target->start_offset());
  }
  return place;
}

// Who truncated the stream further on meanwhile has made the cut useless.
bool controller_model::apply_retention(const scoped_stream& stream, stream_record& record) {
  const auto wanted = retention_cut(stream, record);
  retention_memory_.set(retention_.places() * controller_limits::cut_place_bytes);
  if (!wanted || !record.is_after_head(*wanted)) return false;
  const auto cut = truncation_place(stream, *wanted);
  if (!cut || *cut == record.head()) return false;
  cut_off(stream, record, *cut);
  return true;
}

std::vector<scoped_stream> controller_model::apply_retention() {
  std::vector<scoped_stream> truncated;
  for (auto& [scope, record] : scopes_) {
    for (auto& [name, stream] : record.streams) {
      scoped_stream full{scope, name};
      if (apply_retention(full, stream)) truncated.push_back(std::move(full));
    }
  }
  return truncated;
}

// As with the real controller, open transactions are aborted and committing ones are committed
// first.
controller_model::answer controller_model::on(const controller::seal_stream& call) {
  auto* stream = look_up(call.stream);
  if (stream == nullptr) return missing(call.stream);
  transactions_.abort_open(call.stream);
  (void)end_transactions();
  if (!transactions_.live(call.stream).empty())
    return error{errc::controller_failure, "transactions are still being committed"};
  const auto active = stream->active();
  stream->seal();
  for (const auto& [id, range] : active)
    store_.seal(segment{call.stream, id}.to_string());
  return reply_with(controller::done{});
}

controller_model::answer controller_model::on(const controller::get_current_segments& call) {
  const auto* stream = find(call.stream);
  if (stream == nullptr) return missing(call.stream);
  return reply_with(controller::segment_ranges{stream->active(), {}});
}

controller_model::answer controller_model::on(const controller::get_epoch_segments& call) {
  const auto* stream = find(call.stream);
  if (stream == nullptr) return missing(call.stream);
  const auto* segments = stream->epoch_segments(call.epoch);
  if (segments == nullptr) {
    return error{errc::stream_not_found, "no epoch " + std::to_string(call.epoch)};
  }
  return reply_with(controller::segment_ranges{*segments, {}});
}

// A store that drops its oldest data may have moved a segment's start behind the head.
controller_model::answer controller_model::on(const controller::get_head_segments& call) {
  const auto* stream = find(call.stream);
  if (stream == nullptr) return missing(call.stream);
  auto offsets = stream->head();
  for (auto& [id, offset] : offsets) {
    const auto target = store_.find(segment{call.stream, id}.to_string());
    if (target) offset = std::max(offset, target->start_offset());
  }
  return reply_with(controller::segment_offsets{std::move(offsets), {}});
}

controller_model::answer controller_model::on(const controller::get_successors& call) {
  const auto* stream = find(call.of.stream);
  if (stream == nullptr) return missing(call.of.stream);
  return reply_with(controller::successors{stream->successors_of(call.of.id), {}});
}

controller_model::answer controller_model::on(const controller::get_segments_between& call) {
  const auto* stream = find(call.stream);
  if (stream == nullptr) return missing(call.stream);
  if (call.from.empty() && call.to.empty()) {
    return error{errc::invalid_argument, "both cuts are empty"};
  }
  for (const auto* cut : {&call.from, &call.to}) {
    if (!cut->empty() && !stream->is_complete(*cut)) {
      return error{errc::invalid_argument, "a cut does not cover the stream"};
    }
  }
  return reply_with(controller::segment_list{stream->between(call.from, call.to), {}});
}

// There is room for the new segments: that was checked. They are there before the old ones are
// sealed: a writer that learns of the seal finds its successors.
void controller_model::apply_scale(const scoped_stream& stream,
                                   const std::vector<segment_with_range>& sealed,
                                   const std::vector<segment_with_range>& opened) {
  for (const auto& each : opened)
    store_.create(segment{stream, each.id}.to_string());
  for (const auto& each : sealed) {
    const auto name = segment{stream, each.id}.to_string();
    if (!seals_later_ || !seals_later_(name)) store_.seal(name);
  }
}

controller_model::answer controller_model::on(const controller::scale_stream& call) {
  auto* stream = look_up(call.stream);
  if (stream == nullptr) return missing(call.stream);
  const auto listed = stream->active().size() + call.ranges.size();
  if (auto room = check_room_for(call.ranges.size(), listed); !room) return room.error();
  const auto before = stream->metadata_bytes();
  auto started = stream->scale(call.sealed, call.ranges);
  if (!started) return started.error();
  recount(before, stream->metadata_bytes());
  std::vector<segment_with_range> sealed;
  for (const auto id : call.sealed)
    sealed.push_back({id, {}});
  apply_scale(call.stream, sealed, started->segments);
  return reply_with(std::move(started).value());
}

std::vector<segment_total> controller_model::totals_of(const scoped_stream& stream,
                                                       const stream_record& record) const {
  std::vector<segment_total> totals;
  for (const auto& each : record.active()) {
    const auto held = store_.find(segment{stream, each.id}.to_string());
    if (!held) continue;
    totals.push_back({each, held->created_ms(), held->events_appended(), held->length()});
  }
  return totals;
}

bool controller_model::scale_by_load(const scoped_stream& stream, stream_record& record,
                                     std::int64_t window_ms) {
  const auto wish = scaler_.judge(stream, record.config().scaling, totals_of(stream, record),
                                  store_.now_ms(), window_ms);
  if (!wish) return false;
  const auto listed = record.active().size() + wish->ranges.size();
  if (!check_room_for(wish->ranges.size(), listed)) return false;
  const auto before = record.metadata_bytes();
  const auto started = record.scale(wish->sealed, wish->ranges);
  if (!started) return false;
  recount(before, record.metadata_bytes());
  std::vector<segment_with_range> sealed;
  for (const auto id : wish->sealed)
    sealed.push_back({id, {}});
  apply_scale(stream, sealed, started->segments);
  return true;
}

std::vector<scoped_stream> controller_model::scale_by_load(std::int64_t window_ms) {
  std::vector<scoped_stream> scaled;
  for (auto& [scope, record] : scopes_) {
    for (auto& [name, stream] : record.streams) {
      scoped_stream full{scope, name};
      if (scale_by_load(full, stream, window_ms)) scaled.push_back(std::move(full));
    }
  }
  return scaled;
}

controller_model::answer controller_model::on(const controller::check_scale& call) {
  const auto* stream = find(call.stream);
  if (stream == nullptr) return missing(call.stream);
  if (call.epoch < 0 || call.epoch > stream->epoch()) {
    return error{errc::invalid_argument, "no epoch " + std::to_string(call.epoch)};
  }
  return reply_with(call.epoch < stream->epoch() ? controller::scale_state::success
                                                 : controller::scale_state::in_progress);
}

controller_model::answer controller_model::on(const controller::get_uri& call) {
  if (stores_.empty()) return errc::controller_failure;
  const auto index = store_.owner_of(call.of.to_string());
  return reply_with(stores_[index % stores_.size()]);
}

controller_model::answer controller_model::on(const controller::is_segment_valid& call) {
  const auto* stream = find(call.of.stream);
  if (stream == nullptr) return missing(call.of.stream);
  return reply_with(controller::existence{stream->is_active(call.of.id)});
}

controller_model::answer controller_model::on(const controller::is_stream_cut_valid& call) {
  const auto* stream = find(call.cut.stream);
  if (stream == nullptr) return missing(call.cut.stream);
  return reply_with(controller::existence{stream->is_complete(call.cut.offsets)});
}

}  // namespace pravega_sandbox
