#include "writer/event_router.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace pravega_actor {

namespace {

// The server adds up ranges in floating point: with 49 segments the last one ends at
// 0.99999999999999989.
constexpr double range_tolerance = 1e-9;

bool same_bound(double a, double b) {
  return std::abs(a - b) <= range_tolerance;
}

}  // namespace

result<event_router> event_router::make(std::vector<route> routes) {
  std::sort(routes.begin(), routes.end(),
            [](const route& a, const route& b) { return a.range.high < b.range.high; });
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

append_channel& event_router::at(double position) const noexcept {
  if (single()) return *routes_.front().channel;
  auto found = std::lower_bound(
      routes_.begin(), routes_.end(), position,
      [](const route& each, double wanted) { return each.range.high < wanted; });
  return found == routes_.end() ? *routes_.back().channel : *found->channel;
}

}  // namespace pravega_actor
