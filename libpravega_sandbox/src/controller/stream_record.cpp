#include "controller/stream_record.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "controller/controller_limits.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::error;

const key_range& range_of(const segment_with_range& segment) {
  return segment.range;
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

std::size_t stream_record::metadata_bytes(const stream_config& config) noexcept {
  std::size_t bytes = 0;
  for (const auto& tag : config.tags)
    bytes += controller_limits::tag_bytes + tag.size();
  return bytes;
}

std::size_t stream_record::metadata_bytes() const noexcept {
  return controller_limits::stream_bytes + metadata_bytes(config_) +
         segments_.size() * controller_limits::segment_bytes +
         head_.size() * controller_limits::cut_place_bytes +
         epoch_segments_ * sizeof(segment_with_range);
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
  references_.push_back(epoch());
  for (const auto& [id, range] : epochs_.back()) {
    const auto [it, added] = segments_.try_emplace(id, segment_record{range, 0});
    it->second.last_epoch = epoch();
    if (added) existing_.insert(id);
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
  return {existing_.begin(), existing_.end()};
}

std::vector<segment_id> stream_record::predecessors_of(const segment_with_range& of) const {
  std::vector<segment_id> before;
  if (of.id.epoch == 0) return before;
  const auto& earlier = epochs_[static_cast<std::size_t>(of.id.epoch) - 1];
  const auto [first, last] = overlapping(earlier, of.range, range_of);
  for (auto i = first; i < last; ++i) {
    const auto id = earlier[i].id;
    if (segments_.at(id).last_epoch == of.id.epoch - 1) before.push_back(id);
  }
  return before;
}

std::vector<controller::successor> stream_record::successors_of(segment_id id) const {
  std::vector<controller::successor> after;
  const auto it = segments_.find(id);
  if (it == segments_.end() || it->second.last_epoch == epoch()) return after;
  const auto next = it->second.last_epoch + 1;
  const auto& later = epochs_[static_cast<std::size_t>(next)];
  const auto [first, last] = overlapping(later, it->second.range, range_of);
  for (auto i = first; i < last; ++i) {
    if (later[i].id.epoch == next) after.push_back({later[i], predecessors_of(later[i])});
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

result<void> stream_record::check_room(std::size_t added, std::size_t count,
                                       std::size_t epochs) const {
  constexpr auto active_max = std::size_t{controller_limits::active_segments_max};
  constexpr auto epochs_max = controller_limits::epochs_max;
  constexpr auto sum_max = controller_limits::epoch_segments_max;
  if (count > active_max * epochs) return refused(too_many("active segments", active_max));
  if (!numbers_suffice(next_number_, added)) return refused(too_many_ever());
  if (epochs_.size() + epochs > epochs_max) return refused(too_many("epochs", epochs_max));
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
  const std::set<segment_id> ended{sealed.begin(), sealed.end()};
  std::erase_if(next, [&](const auto& candidate) { return ended.count(candidate.id) != 0; });
  for (const auto& range : ranges) {
    started.segments.push_back({{next_number_++, started.epoch + 1}, range});
    next.push_back(started.segments.back());
  }
  open_epoch(std::move(next));
  return started;
}

void stream_record::open_copy(std::int32_t of) {
  const auto reference = reference_of(of);
  auto segments = epochs_[static_cast<std::size_t>(of)];
  for (auto& each : segments)
    each.id.epoch = epoch() + 1;
  open_epoch(std::move(segments));
  references_.back() = reference;
}

result<stream_record::rolled_epochs> stream_record::roll(std::int32_t of) {
  if (sealed_) return errc::stream_sealed;
  const auto active = epoch();
  const auto count = epochs_[static_cast<std::size_t>(of)].size() + epochs_.back().size();
  PRAVEGA_ACTOR_TRY(check_room(0, count, 2));
  open_copy(of);
  rolled_epochs rolled{epochs_.back(), {}};
  open_copy(active);
  rolled.active = epochs_.back();
  return rolled;
}

bool stream_record::is_complete(const cut_offsets& cut) const {
  std::vector<key_range> ranges;
  for (const auto& [id, offset] : cut) {
    if (!knows(id) || offset < -1) return false;
    ranges.push_back(segments_.at(id).range);
  }
  return join(ranges) && ranges == std::vector<key_range>{{0.0, 1.0}};
}

// Unknown segments are no place.
cut_index stream_record::index_of(const cut_offsets& cut) const {
  std::vector<cut_index::place> places;
  for (const auto& [id, offset] : cut) {
    const auto it = segments_.find(id);
    if (it != segments_.end()) places.push_back({it->second.range, id.epoch});
  }
  return cut_index{std::move(places)};
}

bool stream_record::is_after(const cut_offsets& cut, const cut_offsets& base) const {
  const auto before = index_of(base);
  return std::all_of(cut.begin(), cut.end(), [&](const auto& place) {
    const auto& [id, offset] = place;
    // Of two segments that share routing positions the later one has the higher epoch.
    const auto epochs = before.epochs_at(segments_.at(id).range);
    if (epochs && id.epoch < epochs->highest) return false;
    const auto same = base.find(id);
    if (same == base.end() || offset == -1) return true;
    return same->second != -1 && offset >= same->second;
  });
}

// A segment stays unless the other cut has an older one at some of its routing positions.
cut_offsets stream_record::earlier_of(const cut_offsets& a, const cut_offsets& b) const {
  cut_offsets earlier;
  for (const auto* cut : {&a, &b}) {
    const auto& other = cut == &a ? b : a;
    const auto index = index_of(other);
    for (const auto& [id, offset] : *cut) {
      const auto epochs = index.epochs_at(segments_.at(id).range);
      if (epochs && epochs->lowest < id.epoch) continue;
      const auto same = other.find(id);
      const bool behind =
          same != other.end() && same->second != -1 && (offset == -1 || same->second < offset);
      earlier[id] = behind ? same->second : offset;
    }
  }
  return is_complete(earlier) ? earlier : cut_offsets{};
}

cut_offsets stream_record::earliest_of(const std::vector<cut_offsets>& cuts) const {
  if (cuts.empty()) return {};
  auto earliest = cuts.front();
  for (const auto& cut : cuts) {
    earliest = earlier_of(earliest, cut);
    if (earliest.empty()) break;
  }
  return earliest;
}

std::vector<segment_id> stream_record::truncate(const cut_offsets& cut) {
  head_ = cut;
  const auto index = index_of(cut);
  std::vector<segment_id> gone;
  for (const auto id : existing_) {
    const auto epochs = index.epochs_at(segments_.at(id).range);
    if (!epochs || id.epoch < epochs->lowest) gone.push_back(id);
  }
  for (const auto id : gone)
    existing_.erase(id);
  return gone;
}

std::vector<segment_id> stream_record::between(const cut_offsets& from,
                                               const cut_offsets& to) const {
  const auto first = index_of(from);
  const auto last = index_of(to);
  std::vector<segment_id> ids;
  for (const auto& [id, record] : segments_) {
    const auto begins = first.epochs_at(record.range);
    const auto ends = last.epochs_at(record.range);
    const bool is_before = !from.empty() && (!begins || id.epoch < begins->lowest);
    const bool is_behind = !to.empty() && (!ends || id.epoch > ends->highest);
    if (!is_before && !is_behind) ids.push_back(id);
  }
  return ids;
}

}  // namespace pravega_sandbox
