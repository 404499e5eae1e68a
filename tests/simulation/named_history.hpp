// What became of numbered events: each is stored once, and the events of a key in order.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace simulation_tests {

/// Of several names. An event's payload is made from its name, key and number; `filling` bytes
/// follow.
class named_history {
 public:
  [[nodiscard]] static std::string payload_of(const std::string& name, const std::string& key,
                                              std::int64_t number, std::size_t filling = 0);
  /// The event is to be stored at the end.
  void wants(const std::string& payload) { wanted_.insert(payload); }
  /// A process was told that the event is durable.
  void durable(const std::string& payload) { durable_.insert(payload); }
  /// One sentence for each violation.
  /// `stored` has all events of each segment; a segment comes behind its predecessors.
  [[nodiscard]] std::vector<std::string> check(
      const std::vector<std::vector<std::string>>& stored) const;

 private:
  std::set<std::string> wanted_;
  std::set<std::string> durable_;
};

}  // namespace simulation_tests
