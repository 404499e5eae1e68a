#include "streams/key_ranges.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace pravega_actor::internal {

namespace {

bool same(double a, double b) {
  return std::abs(a - b) <= key_tolerance;
}

std::string text_of_bound(double bound) {
  std::array<char, 32> room{};
  const auto end = std::to_chars(room.data(), room.data() + room.size(), bound).ptr;
  return {room.data(), end};
}

error refused(std::string why) {
  return {errc::invalid_argument, std::move(why)};
}

}  // namespace

std::string to_text(const key_range& range) {
  std::string text{'['};
  text.append(text_of_bound(range.low))
      .append(", ")
      .append(text_of_bound(range.high))
      .append(")");
  return text;
}

bool overlap(const key_range& a, const key_range& b) noexcept {
  return a.low < b.high - key_tolerance && b.low < a.high - key_tolerance;
}

result<std::vector<key_range>> joined(std::vector<key_range> ranges, std::string_view what) {
  const std::string whose{what};
  for (const auto& each : ranges) {
    // Written so that NaN fails, too.
    const bool valid =
        each.low >= 0.0 && each.low < each.high && each.high <= 1.0 + key_tolerance;
    if (!valid) return refused(whose + ": " + to_text(each) + " is empty or not within [0, 1]");
  }
  std::sort(ranges.begin(), ranges.end(),
            [](const key_range& a, const key_range& b) { return a.low < b.low; });
  std::vector<key_range> all;
  for (const auto& each : ranges) {
    if (!all.empty() && each.low < all.back().high - key_tolerance)
      return refused(whose + " overlap at " + to_text(key_range{each.low, all.back().high}));
    if (!all.empty() && same(each.low, all.back().high))
      all.back().high = each.high;
    else
      all.push_back(each);
  }
  return all;
}

result<void> check_same_cover(const std::vector<key_range>& what,
                              const std::vector<key_range>& with) {
  for (std::size_t i = 0; i < std::max(what.size(), with.size()); ++i) {
    if (i >= with.size())
      return refused("the new ranges leave " + to_text(what[i]) + " uncovered");
    if (i >= what.size())
      return refused("the new ranges cover " + to_text(with[i]) +
                     ", which no sealed segment has");
    if (same(what[i].low, with[i].low) && same(what[i].high, with[i].high)) continue;
    return refused("the new ranges cover " + to_text(with[i]) + ", the sealed segments " +
                   to_text(what[i]));
  }
  return {};
}

std::vector<key_range> divided(const key_range& whole, std::int32_t parts) {
  std::vector<key_range> all;
  const auto bound = [&](std::int32_t i) {
    if (i == parts) return whole.high;
    return whole.low + (whole.high - whole.low) * i / parts;
  };
  for (std::int32_t i = 0; i < parts; ++i)
    all.push_back({bound(i), bound(i + 1)});
  return all;
}

}  // namespace pravega_actor::internal
