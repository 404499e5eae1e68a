#include "reader/segment_frontier.hpp"

namespace pravega_actor {

segment_frontier::step segment_frontier::on_read(
    segment_id of, const std::vector<controller::successor>& successors) {
  read_[of] = successors;
  std::set<segment_id> gone{of};
  std::set<segment_id> next;
  std::vector<segment_id> to_visit{of};
  while (!to_visit.empty()) {
    const auto at = read_.find(to_visit.back());
    to_visit.pop_back();
    if (at == read_.end()) return {};
    for (const auto& successor : at->second) {
      next.insert(successor.segment.id);
      for (const auto& predecessor : successor.predecessors)
        if (gone.insert(predecessor).second) to_visit.push_back(predecessor);
    }
  }
  for (const auto& each : gone)
    read_.erase(each);
  return {{gone.begin(), gone.end()}, {next.begin(), next.end()}};
}

}  // namespace pravega_actor
