// The news of a reader group for a watch.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "group/group_state.hpp"
#include "pravega_actor/reader_group.hpp"

namespace pravega_actor::internal {

/// Compares each state with the one before. Pure.
class group_observer {
 public:
  struct segments_changed {
    std::size_t segments = 0;
    std::size_t readers = 0;
  };
  struct rebalanced {
    segment_distribution now;
  };
  struct end_of_data {};
  using notice = std::variant<segments_changed, rebalanced, end_of_data>;

  /// What is new in this state.
  [[nodiscard]] std::vector<notice> look_at(const group_state& state);

 private:
  using shares = std::map<std::string, std::set<segment>>;
  std::optional<std::set<segment>> segments_;
  std::optional<shares> shares_;
  bool at_end_ = false;
};

}  // namespace pravega_actor::internal
