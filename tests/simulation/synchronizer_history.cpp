#include "simulation/synchronizer_history.hpp"

#include <algorithm>

namespace simulation_tests {

void synchronizer_history::saw(pravega_actor::revision at, const words& state) {
  const auto [known, fresh] = seen_.emplace(at, state);
  if (!fresh && known->second != state)
    contradictions_.push_back("two states at revision " + at.to_string());
}

std::size_t synchronizer_history::count(outcome how) const {
  return static_cast<std::size_t>(
      std::count_if(outcomes_.begin(), outcomes_.end(),
                    [how](const auto& each) { return each.second == how; }));
}

std::vector<std::string> synchronizer_history::check(const words& last) const {
  auto found = contradictions_;
  std::map<std::string, std::size_t> times;
  for (const auto& each : last)
    ++times[each];
  for (const auto& [update, n] : times) {
    if (n > 1) found.push_back(update + " was applied " + std::to_string(n) + " times");
    if (!outcomes_.contains(update)) found.push_back(update + " was never written");
  }
  for (const auto& [update, how] : outcomes_) {
    const bool there = times.contains(update);
    if (how == outcome::stored && !there) found.push_back(update + " is lost");
    if (how == outcome::absent && there)
      found.push_back(update + " is there, though it was refused");
  }
  for (const auto& [update, behind] : places_)
    if (behind >= last.size() || last[behind] != update)
      found.push_back(update + " does not follow the state that it was computed from");
  std::size_t size = 0;
  for (const auto& [at, state] : seen_) {
    if (state.size() < size) found.push_back("a shorter state at revision " + at.to_string());
    size = state.size();
    if (state.size() > last.size() || !std::equal(state.begin(), state.end(), last.begin()))
      found.push_back("another order at revision " + at.to_string());
  }
  return found;
}

}  // namespace simulation_tests
