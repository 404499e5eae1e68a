#include "append/event_numbers.hpp"

#include <algorithm>

namespace pravega_actor::internal {

std::int64_t event_numbers::of(std::uint64_t ticket) const noexcept {
  const auto behind = std::upper_bound(
      runs_.begin(), runs_.end(), ticket,
      [](std::uint64_t wanted, const run& each) { return wanted < each.first; });
  if (behind == runs_.begin()) return 0;
  const auto& found = *std::prev(behind);
  return found.number + static_cast<std::int64_t>(ticket - found.first);
}

}  // namespace pravega_actor::internal
