#include "writer/event_router.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace pravega_actor::internal {

namespace {

// The server adds up ranges in floating point: with 49 segments the last one ends at
// 0.99999999999999989.
constexpr double range_tolerance = 1e-9;

bool same_bound(double a, double b) {
  return std::abs(a - b) <= range_tolerance;
}

bool by_upper_bound(const event_router::route& a, const event_router::route& b) {
  return a.range.high < b.range.high;
}

// Neighbouring ranges of one segment become one.
std::vector<event_router::route> join(std::vector<event_router::route> routes) {
  std::sort(routes.begin(), routes.end(), by_upper_bound);
  std::vector<event_router::route> joined;
  for (auto& each : routes) {
    const bool continues = !joined.empty() && joined.back().channel == each.channel &&
                           same_bound(joined.back().range.high, each.range.low);
    if (continues)
      joined.back().range.high = each.range.high;
    else
      joined.push_back(std::move(each));
  }
  return joined;
}

}  // namespace

result<event_router> event_router::make(std::vector<route> routes) {
  std::sort(routes.begin(), routes.end(), by_upper_bound);
  double covered = 0.0;
  for (const auto& each : routes) {
    if (!same_bound(each.range.low, covered) || each.range.high <= each.range.low)
      return error{
          errc::protocol_violation,
          "the stream's segments leave a gap or overlap at " + std::to_string(covered)};
    covered = each.range.high;
  }
  if (!same_bound(covered, 1.0))
    return error{errc::protocol_violation,
                 "the stream's segments end at " + std::to_string(covered)};
  event_router router;
  router.routes_ = std::move(routes);
  return router;
}

result<event_router> event_router::with_successors(const append_channel& from,
                                                   const std::vector<route>& successors) const {
  std::vector<route> next;
  for (const auto& each : routes_) {
    if (each.channel.get() != &from) {
      next.push_back(each);
      continue;
    }
    for (const auto& successor : successors) {
      const key_range part{std::max(each.range.low, successor.range.low),
                           std::min(each.range.high, successor.range.high)};
      if (part.high - part.low > range_tolerance) next.push_back({part, successor.channel});
    }
  }
  return make(join(std::move(next)));
}

append_channel& event_router::at(double position) const noexcept {
  if (single()) return *routes_.front().channel;
  auto found = std::lower_bound(
      routes_.begin(), routes_.end(), position,
      [](const route& each, double wanted) { return each.range.high < wanted; });
  return found == routes_.end() ? *routes_.back().channel : *found->channel;
}

}  // namespace pravega_actor::internal
