#include "controller/cut_index.hpp"

#include <bit>

namespace pravega_sandbox {

namespace {

cut_index::epochs both(const cut_index::epochs& a, const cut_index::epochs& b) {
  return {std::min(a.lowest, b.lowest), std::max(a.highest, b.highest)};
}

}  // namespace

cut_index::cut_index(std::vector<place> places) : places_{std::move(places)} {
  std::sort(places_.begin(), places_.end(),
            [](const place& a, const place& b) { return a.range.low < b.range.low; });
  auto& first = rows_.emplace_back();
  for (const auto& each : places_)
    first.push_back({each.epoch, each.epoch});
  for (std::size_t half = 1; 2 * half <= places_.size(); half *= 2) {
    const auto& shorter = rows_.back();
    std::vector<epochs> row;
    for (std::size_t i = 0; i + 2 * half <= places_.size(); ++i)
      row.push_back(both(shorter[i], shorter[i + half]));
    rows_.push_back(std::move(row));
  }
}

// Two of the rows' spans cover any span.
std::optional<cut_index::epochs> cut_index::epochs_at(const key_range& range) const {
  const auto [first, last] =
      overlapping(places_, range, [](const place& each) { return each.range; });
  if (first >= last) return std::nullopt;
  const auto row = static_cast<std::size_t>(std::bit_width(last - first)) - 1;
  return both(rows_[row][first], rows_[row][last - (std::size_t{1} << row)]);
}

}  // namespace pravega_sandbox
