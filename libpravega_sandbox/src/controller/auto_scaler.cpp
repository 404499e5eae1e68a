#include "controller/auto_scaler.hpp"

#include <algorithm>

#include "controller/controller_limits.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::key_range;
using pravega_actor::scaling_policy;

constexpr double bytes_per_kilobyte = 1024.0;
constexpr double ms_per_s = 1000.0;

struct judged_segment {
  pravega_actor::segment_with_range segment;
  /// Nothing: too young.
  std::optional<double> rate;
};

std::size_t parts_of(double rate, const scaling_policy& policy) {
  const auto targets = rate / policy.target_rate;
  const auto most = std::clamp(policy.scale_factor, 2, controller_limits::active_segments_max);
  return static_cast<std::size_t>(std::clamp(targets, 2.0, static_cast<double>(most)));
}

void split(const judged_segment& hot, std::size_t parts, scale_wish& wish) {
  const auto& range = hot.segment.range;
  const auto part = (range.high - range.low) / static_cast<double>(parts);
  wish.sealed.push_back(hot.segment.id);
  for (std::size_t i = 0; i < parts; ++i) {
    const auto low = range.low + part * static_cast<double>(i);
    const auto high = range.low + part * static_cast<double>(i + 1);
    wish.ranges.push_back({low, i + 1 == parts ? range.high : high});
  }
}

scale_wish wish_for(const scaling_policy& policy, const std::vector<judged_segment>& active) {
  scale_wish wish;
  auto count = active.size();
  for (const auto& each : active) {
    if (!each.rate || *each.rate <= policy.target_rate) continue;
    const auto parts = parts_of(*each.rate, policy);
    split(each, parts, wish);
    count += parts - 1;
  }
  const auto least = static_cast<std::size_t>(std::max(1, policy.segments_min));
  for (std::size_t i = 1; i < active.size() && count > least; ++i) {
    const auto& left = active[i - 1];
    const auto& right = active[i];
    if (!left.rate || !right.rate) continue;
    if ((*left.rate + *right.rate) * 2 >= policy.target_rate) continue;
    wish.sealed.insert(wish.sealed.end(), {left.segment.id, right.segment.id});
    wish.ranges.push_back({left.segment.range.low, right.segment.range.high});
    --count;
    ++i;
  }
  return wish;
}

}  // namespace

std::optional<scale_wish> auto_scaler::judge(const pravega_actor::scoped_stream& stream,
                                             const scaling_policy& policy,
                                             const std::vector<segment_total>& active,
                                             std::int64_t now_ms, std::int64_t window_ms) {
  auto& seen = seen_[stream];
  samples next;
  std::vector<judged_segment> judged;
  for (const auto& each : active) {
    const auto known = seen.find(each.segment.id);
    const auto from = known != seen.end() ? known->second : sample{each.created_ms, 0, 0};
    judged.push_back({each.segment, std::nullopt});
    const auto passed_ms = now_ms - from.at_ms;
    if (passed_ms <= 0 || passed_ms < window_ms) {
      next[each.segment.id] = from;
      continue;
    }
    next[each.segment.id] = {now_ms, each.events, each.bytes};
    const bool by_events = policy.type == scaling_policy::kind::by_events_per_s;
    const auto grown = by_events
                           ? static_cast<double>(each.events - from.events)
                           : static_cast<double>(each.bytes - from.bytes) / bytes_per_kilobyte;
    judged.back().rate = grown * ms_per_s / static_cast<double>(passed_ms);
  }
  seen = std::move(next);
  if (policy.type == scaling_policy::kind::fixed || policy.target_rate <= 0)
    return std::nullopt;
  auto wish = wish_for(policy, judged);
  if (wish.sealed.empty()) return std::nullopt;
  return wish;
}

}  // namespace pravega_sandbox
