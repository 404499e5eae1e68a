#include "group_manager/group_observer.hpp"

#include <utility>

namespace pravega_actor::internal {

std::vector<group_observer::notice> group_observer::look_at(const group_state& state) {
  std::vector<notice> notices;
  std::set<segment> segments;
  shares held;
  segment_distribution distribution;
  distribution.unassigned = state.unassigned().size();
  state.unassigned().each(
      [&](const group_segment& at, std::int64_t) { segments.insert(at.name); });
  for (const auto& [reader, owned] : state.content().assigned) {
    auto& of = held[reader];
    for (const auto& [at, offset] : owned)
      of.insert(at.name);
    segments.insert(of.begin(), of.end());
    distribution.readers[reader] = of.size();
  }
  if (segments_ != segments)
    notices.emplace_back(segments_changed{segments.size(), held.size()});
  if (shares_ != held) notices.emplace_back(rebalanced{std::move(distribution)});
  if (state.is_end_of_data() && !at_end_) notices.emplace_back(end_of_data{});
  segments_ = std::move(segments);
  shares_ = std::move(held);
  at_end_ = state.is_end_of_data();
  return notices;
}

}  // namespace pravega_actor::internal
