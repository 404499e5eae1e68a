#include "pravega_actor/stored_numbers.hpp"

#include <algorithm>
#include <cmath>

#include "pravega_actor/routing.hpp"

namespace pravega_actor {

namespace {

// The server adds fractions up: bounds that differ by less are the same.
constexpr double number_bound_tolerance = 1e-9;

bool same_number_bound(double a, double b) {
  return std::abs(a - b) <= number_bound_tolerance;
}

}  // namespace

event_number stored_numbers::everywhere() const noexcept {
  if (parts_.empty()) return 0;
  const auto least =
      std::min_element(parts_.begin(), parts_.end(),
                       [](const part& a, const part& b) { return a.number < b.number; });
  return least->number;
}

event_number stored_numbers::highest() const noexcept {
  event_number most = 0;
  for (const auto& each : parts_)
    most = std::max(most, each.number);
  return most;
}

event_number stored_numbers::of(std::string_view routing_key) const noexcept {
  return at(routing_position(routing_key));
}

// As events are routed: to the range with the least upper bound that is not below.
event_number stored_numbers::at(double position) const noexcept {
  if (parts_.empty()) return 0;
  const auto found =
      std::lower_bound(parts_.begin(), parts_.end(), position,
                       [](const part& each, double at) { return each.range.high < at; });
  return found == parts_.end() ? parts_.back().number : found->number;
}

void stored_numbers::raise(const key_range& range, event_number number) {
  if (parts_.empty()) parts_ = {{{0.0, 1.0}, 0}};
  std::vector<part> next;
  const auto add = [&next](double low, double high, event_number of) {
    if (high <= low) return;
    if (!next.empty() && next.back().number == of)
      next.back().range.high = high;
    else
      next.push_back({{low, high}, of});
  };
  for (const auto& each : parts_) {
    // A bound that is nearly one of the part's is that one.
    const auto within = [&each](double bound) {
      if (same_number_bound(bound, each.range.low)) return each.range.low;
      if (same_number_bound(bound, each.range.high)) return each.range.high;
      return std::clamp(bound, each.range.low, each.range.high);
    };
    const auto low = within(range.low);
    const auto high = within(range.high);
    add(each.range.low, low, each.number);
    add(low, high, std::max(each.number, number));
    add(high, each.range.high, each.number);
  }
  parts_ = std::move(next);
}

}  // namespace pravega_actor
