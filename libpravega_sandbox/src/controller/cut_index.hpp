// Which places of a stream cut share routing positions with a segment.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_sandbox {

using pravega_actor::key_range;

/// The elements that overlap with `range`, as [first, last), of `sorted`: by position, without
/// overlaps among them. A range's upper end does not belong to it. `range_of` returns the range
/// of an element.
template <class Element, class RangeOf>
[[nodiscard]] std::pair<std::size_t, std::size_t> overlapping(
    const std::vector<Element>& sorted, const key_range& range, RangeOf range_of) {
  const auto first = std::partition_point(
      sorted.begin(), sorted.end(),
      [&](const Element& each) { return range_of(each).high <= range.low; });
  const auto last = std::partition_point(first, sorted.end(), [&](const Element& each) {
    return range_of(each).low < range.high;
  });
  return {static_cast<std::size_t>(first - sorted.begin()),
          static_cast<std::size_t>(last - sorted.begin())};
}

/// Answers for as many segments as there are with a few comparisons each, however many places
/// the cut has.
class cut_index {
 public:
  struct place {
    key_range range;
    std::int32_t epoch = 0;
  };
  struct epochs {
    std::int32_t lowest = 0;
    std::int32_t highest = 0;
    friend bool operator==(const epochs&, const epochs&) = default;
  };
  /// In any order, without overlaps.
  explicit cut_index(std::vector<place> places);

  /// Of the places that overlap with `range`; nothing if none does.
  [[nodiscard]] std::optional<epochs> epochs_at(const key_range& range) const;

 private:
  std::vector<place> places_;
  /// Row k: of 2^k places from each on.
  std::vector<std::vector<epochs>> rows_;
};

}  // namespace pravega_sandbox
