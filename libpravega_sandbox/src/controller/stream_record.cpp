#include "controller/stream_record.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "controller/controller_limits.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::error;

bool overlap(const key_range& a, const key_range& b) {
  return a.low < b.high && b.low < a.high;
}

/// Sorts and joins what touches. False if a range is empty, not in [0, 1] or overlaps another.
bool join(std::vector<key_range>& ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const key_range& a, const key_range& b) { return a.low < b.low; });
  std::vector<key_range> joined;
  for (const auto& range : ranges) {
    if (!(range.low >= 0.0 && range.low < range.high && range.high <= 1.0)) return false;
    if (!joined.empty() && range.low < joined.back().high) return false;
    if (!joined.empty() && range.low == joined.back().high) {
      joined.back().high = range.high;
    } else {
      joined.push_back(range);
    }
  }
  ranges = std::move(joined);
  return true;
}

std::vector<key_range> equal_ranges(std::int32_t count) {
  std::vector<key_range> ranges;
  for (std::int32_t i = 0; i < count; ++i) {
    const double low = static_cast<double>(i) / count;
    ranges.push_back({low, i + 1 == count ? 1.0 : static_cast<double>(i + 1) / count});
  }
  return ranges;
}

error refused(std::string why) {
  return {errc::precondition_failed, std::move(why)};
}

error invalid(std::string why) {
  return {errc::invalid_argument, std::move(why)};
}

bool numbers_suffice(std::int32_t next_number, std::size_t added) {
  const std::int64_t left = std::int64_t{controller_limits::segments_max} - next_number;
  return left >= 0 && added <= static_cast<std::size_t>(left);
}

std::string too_many(const char* what, std::size_t most) {
  return "more " + std::string{what} + " than the sandbox allows: " + std::to_string(most);
}

std::string too_many_ever() {
  return too_many("segments in a stream's life", std::size_t{controller_limits::segments_max});
}

}  // namespace

result<void> stream_record::check_creation(const stream_config& config,
                                           std::int32_t first_number) {
  const auto count = static_cast<std::size_t>(std::max(0, config.scaling.segments_min));
  if (!numbers_suffice(first_number, count))
    return error{errc::limit_exceeded, too_many_ever()};
  return {};
}

stream_record::stream_record(stream_config config, std::int32_t first_number)
    : config_{std::move(config)}, next_number_{first_number} {
  std::vector<segment_with_range> first;
  for (const auto& range : equal_ranges(config_.scaling.segments_min)) {
    first.push_back({{next_number_++, 0}, range});
    head_[first.back().id] = 0;
  }
  open_epoch(std::move(first));
}

bool stream_record::wants_other_count() const {
  const auto count = static_cast<std::int32_t>(epochs_.back().size());
  const bool fixed = config_.scaling.type == pravega_actor::scaling_policy::kind::fixed;
  return fixed ? count != config_.scaling.segments_min : count < config_.scaling.segments_min;
}

result<controller::scale_started> stream_record::scale_to_config() {
  std::vector<segment_id> all;
  for (const auto& each : epochs_.back())
    all.push_back(each.id);
  return scale(all, equal_ranges(config_.scaling.segments_min));
}

void stream_record::open_epoch(std::vector<segment_with_range> segments) {
  std::sort(segments.begin(), segments.end(),
            [](const auto& a, const auto& b) { return a.range.low < b.range.low; });
  epoch_segments_ += segments.size();
  epochs_.push_back(std::move(segments));
  for (const auto& [id, range] : epochs_.back()) {
    segments_.try_emplace(id, segment_record{range, 0, false}).first->second.last_epoch =
        epoch();
  }
}

std::vector<segment_with_range> stream_record::active() const {
  return sealed_ ? std::vector<segment_with_range>{} : epochs_.back();
}

const std::vector<segment_with_range>* stream_record::epoch_segments(std::int32_t epoch) const {
  if (epoch < 0 || epoch > this->epoch()) return nullptr;
  return &epochs_[static_cast<std::size_t>(epoch)];
}

bool stream_record::is_active(segment_id id) const {
  const auto it = segments_.find(id);
  return !sealed_ && it != segments_.end() && it->second.last_epoch == epoch();
}

std::vector<segment_id> stream_record::existing() const {
  std::vector<segment_id> ids;
  for (const auto& [id, record] : segments_) {
    if (!record.gone) ids.push_back(id);
  }
  return ids;
}

std::vector<segment_id> stream_record::predecessors_of(const segment_with_range& of) const {
  std::vector<segment_id> before;
  if (of.id.epoch == 0) return before;
  for (const auto& [id, range] : epochs_[static_cast<std::size_t>(of.id.epoch) - 1]) {
    const bool ended = segments_.at(id).last_epoch == of.id.epoch - 1;
    if (ended && overlap(range, of.range)) before.push_back(id);
  }
  return before;
}

std::vector<controller::successor> stream_record::successors_of(segment_id id) const {
  std::vector<controller::successor> after;
  const auto it = segments_.find(id);
  if (it == segments_.end() || it->second.last_epoch == epoch()) return after;
  const auto next = it->second.last_epoch + 1;
  for (const auto& candidate : epochs_[static_cast<std::size_t>(next)]) {
    if (candidate.id.epoch != next || !overlap(candidate.range, it->second.range)) continue;
    after.push_back({candidate, predecessors_of(candidate)});
  }
  return after;
}

result<void> stream_record::check_scale(const std::vector<segment_id>& sealed,
                                        const std::vector<key_range>& ranges) const {
  if (sealed.empty() || ranges.empty()) return invalid("no segments or no ranges");
  std::vector<key_range> after = ranges;
  if (!join(after)) return invalid("the new ranges are empty, overlap or leave [0, 1]");
  std::vector<key_range> before;
  for (const auto id : sealed) {
    if (!is_active(id))
      return refused("segment " + std::to_string(id.value()) + " is not active");
    before.push_back(segments_.at(id).range);
  }
  // A segment listed twice overlaps itself.
  if (!join(before)) return invalid("a segment is listed twice");
  if (before != after)
    return invalid("the new ranges do not cover those of the sealed segments");
  const std::size_t count = epochs_.back().size() - sealed.size() + ranges.size();
  if (count < static_cast<std::size_t>(config_.scaling.segments_min)) {
    return refused("fewer segments than the stream's minimum");
  }
  return check_room(ranges.size(), count);
}

result<void> stream_record::check_room(std::size_t added, std::size_t count) const {
  constexpr auto active_max = std::size_t{controller_limits::active_segments_max};
  constexpr auto epochs_max = controller_limits::epochs_max;
  constexpr auto sum_max = controller_limits::epoch_segments_max;
  if (count > active_max) return refused(too_many("active segments", active_max));
  if (!numbers_suffice(next_number_, added)) return refused(too_many_ever());
  if (epochs_.size() >= epochs_max) return refused(too_many("epochs", epochs_max));
  if (epoch_segments_ + count > sum_max)
    return refused(too_many("segments in all epochs together", sum_max));
  return {};
}

result<controller::scale_started> stream_record::scale(const std::vector<segment_id>& sealed,
                                                       const std::vector<key_range>& ranges) {
  if (sealed_) return errc::stream_sealed;
  if (auto checked = check_scale(sealed, ranges); !checked) return checked.error();
  controller::scale_started started{{}, epoch()};
  auto next = epochs_.back();
  std::erase_if(next, [&](const segment_with_range& candidate) {
    return std::find(sealed.begin(), sealed.end(), candidate.id) != sealed.end();
  });
  for (const auto& range : ranges) {
    started.segments.push_back({{next_number_++, started.epoch + 1}, range});
    next.push_back(started.segments.back());
  }
  open_epoch(std::move(next));
  return started;
}

bool stream_record::is_complete(const cut_offsets& cut) const {
  std::vector<key_range> ranges;
  for (const auto& [id, offset] : cut) {
    if (!knows(id) || offset < -1) return false;
    ranges.push_back(segments_.at(id).range);
  }
  return join(ranges) && ranges == std::vector<key_range>{{0.0, 1.0}};
}

bool stream_record::is_after_head(const cut_offsets& cut) const {
  for (const auto& [id, offset] : cut) {
    const auto range = segments_.at(id).range;
    for (const auto& [head_id, head_offset] : head_) {
      if (!overlap(range, segments_.at(head_id).range)) continue;
      // Of two segments that share routing positions the later one has the higher epoch.
      if (id.epoch < head_id.epoch) return false;
      if (id == head_id && offset != -1 && (head_offset == -1 || offset < head_offset)) {
        return false;
      }
    }
  }
  return true;
}

/// Whether some place of the cut that shares positions with the segment is not after it
/// (`from_cut_on`), or not before it.
bool stream_record::reaches(const cut_offsets& cut, segment_id id, const key_range& range,
                            bool from_cut_on) const {
  return std::any_of(cut.begin(), cut.end(), [&](const auto& place) {
    const auto it = segments_.find(place.first);
    if (it == segments_.end() || !overlap(it->second.range, range)) return false;
    return from_cut_on ? place.first.epoch <= id.epoch : id.epoch <= place.first.epoch;
  });
}

std::vector<segment_id> stream_record::truncate(const cut_offsets& cut) {
  head_ = cut;
  std::vector<segment_id> gone;
  for (auto& [id, record] : segments_) {
    if (record.gone || reaches(cut, id, record.range, true)) continue;
    record.gone = true;
    gone.push_back(id);
  }
  return gone;
}

std::vector<segment_id> stream_record::between(const cut_offsets& from,
                                               const cut_offsets& to) const {
  std::vector<segment_id> ids;
  for (const auto& [id, record] : segments_) {
    if (!from.empty() && !reaches(from, id, record.range, true)) continue;
    if (!to.empty() && !reaches(to, id, record.range, false)) continue;
    ids.push_back(id);
  }
  return ids;
}

}  // namespace pravega_sandbox
