#include "reader/key_coverage.hpp"

#include <algorithm>
#include <string>

namespace pravega_actor::internal {

namespace {

// The server adds fractions up: 49 ranges of 1/49 do not quite reach 1.
constexpr double range_tolerance = 1e-9;

// The first place where ranges leave a gap in `whole`, or overlap.
std::optional<double> first_flaw(std::vector<key_range> parts, const key_range& whole) {
  std::sort(parts.begin(), parts.end(),
            [](const key_range& a, const key_range& b) { return a.low < b.low; });
  double reached = whole.low;
  for (const auto& each : parts) {
    const auto low = std::max(each.low, whole.low);
    if (low > reached + range_tolerance || low < reached - range_tolerance) return reached;
    reached = std::min(each.high, whole.high);
  }
  if (reached < whole.high - range_tolerance) return reached;
  return std::nullopt;
}

error left_out(std::string what, double at) {
  return {errc::protocol_violation,
          std::move(what) + " leave out or overlap routing position " + std::to_string(at)};
}

bool share(const key_range& a, const key_range& b) {
  return std::min(a.high, b.high) - std::max(a.low, b.low) > range_tolerance;
}

}  // namespace

std::string short_name(segment_id id) {
  return std::to_string(id.number) + ".#epoch." + std::to_string(id.epoch);
}

void key_coverage::want(segment_id which) {
  if (!ranges_.contains(which)) wanted_.insert(which);
}

std::optional<segment_id> key_coverage::wanted_of_next_epoch() const {
  const auto latest = std::max_element(
      wanted_.begin(), wanted_.end(),
      [](const segment_id& a, const segment_id& b) { return a.epoch < b.epoch; });
  if (latest == wanted_.end()) return std::nullopt;
  return *latest;
}

std::optional<std::int32_t> key_coverage::next_epoch() const {
  const auto latest = wanted_of_next_epoch();
  if (!latest) return std::nullopt;
  return latest->epoch;
}

std::optional<segment_id> key_coverage::on_epoch(
    std::int32_t epoch, const std::vector<segment_with_range>& segments) {
  for (const auto& each : segments)
    if (wanted_.erase(each.id) > 0) know(each);
  // Each segment is of the epoch that it was opened with.
  for (const auto& each : wanted_)
    if (each.epoch >= epoch) return each;
  return std::nullopt;
}

std::optional<key_range> key_coverage::range_of(segment_id which) const {
  const auto at = ranges_.find(which);
  if (at == ranges_.end() || !at->second.known()) return std::nullopt;
  return at->second;
}

result<void> key_coverage::check_whole(const std::set<segment_id>& segments) const {
  std::vector<key_range> parts;
  for (const auto& each : segments) {
    const auto range = range_of(each);
    if (!range) return {};
    parts.push_back(*range);
  }
  if (const auto flaw = first_flaw(std::move(parts), key_range{}))
    return left_out("the segments at the stream's head", *flaw);
  return {};
}

result<void> key_coverage::check_successors(
    segment_id of, const std::vector<controller::successor>& after) const {
  const auto whole = range_of(of);
  if (after.empty() || !whole) return {};
  std::vector<key_range> parts;
  for (const auto& each : after) {
    const auto& range = each.segment.range;
    if (!range.known()) return {};
    const auto& before = each.predecessors;
    if (std::find(before.begin(), before.end(), of) == before.end())
      return error{errc::protocol_violation, "segment " + short_name(each.segment.id) +
                                                 " does not follow segment " + short_name(of)};
    // Rounded fractions may touch.
    if (share(range, *whole)) parts.push_back(range);
  }
  if (const auto flaw = first_flaw(std::move(parts), *whole))
    return left_out("the successors of segment " + short_name(of), *flaw);
  return {};
}

bool key_coverage::overlap(segment_id a, segment_id b) const {
  const auto one = range_of(a);
  const auto other = range_of(b);
  return one && other && share(*one, *other);
}

}  // namespace pravega_actor::internal
