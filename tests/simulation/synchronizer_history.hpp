// What racing synchronizers were told, and whether it fits together.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pravega_actor/revision.hpp"

namespace simulation_tests {

/// Records the updates of one state, each with a name of its own, and every state that anybody
/// saw. A state is the list of all updates that it contains.
class synchronizer_history {
 public:
  using words = std::vector<std::string>;

  /// The outcome of an update. `stored`: accepted, or acknowledged. `absent`: refused.
  enum class outcome : std::uint8_t { stored, absent, unknown };
  void ended(const std::string& update, outcome how) { outcomes_[update] = how; }
  /// An accepted proposal that was computed from a state with so many updates.
  void accepted(const std::string& first_update, std::size_t behind) {
    places_[first_update] = behind;
  }
  /// Somebody saw this state.
  void saw(pravega_actor::revision at, const words& state);

  [[nodiscard]] std::size_t count(outcome how) const;
  /// What is wrong if this is the state in the end.
  [[nodiscard]] std::vector<std::string> check(const words& last) const;

 private:
  std::map<std::string, outcome> outcomes_;
  std::map<std::string, std::size_t> places_;
  std::map<pravega_actor::revision, words> seen_;
  std::vector<std::string> contradictions_;
};

}  // namespace simulation_tests
