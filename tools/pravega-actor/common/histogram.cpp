#include "common/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace pravega_actor::tool {

std::uint64_t histogram::upper_bound_of(std::size_t index) noexcept {
  if (index < sub) return index;
  const auto shift = index / sub - 1;
  return ((index % sub + sub + 1) << shift) - 1;
}

std::uint64_t histogram::quantile(double part) const noexcept {
  if (total_ == 0) return 0;
  const auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(total_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted) return std::min(upper_bound_of(i), max_);
  }
  return max_;
}

}  // namespace pravega_actor::tool
