// Compares what writers were told with what the segments hold.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pravega_actor/event_writer.hpp"

namespace simulation_tests {

/// What a run did and was told. Payloads are unique.
struct write_history {
  struct entry {
    std::string writer;
    std::string key;
    std::string payload;
    pravega_actor::event_ticket ticket = 0;
    bool told = false;
    pravega_actor::write_result outcome;
  };
  std::vector<entry> written;
  /// Payloads in the order in which each writer's completions came.
  std::map<std::string, std::vector<pravega_actor::event_ticket>> completions;
};

/// One sentence for each violation: an event lost, doubled, out of order in its key, stored
/// though reported as not written, never completed, completed out of the order of writing or
/// twice, or successful behind one that is not durable.
/// `segments`: the payloads of each segment in order. `all_durable`: every event must be.
[[nodiscard]] std::vector<std::string> check_history(
    const write_history& history,
    const std::map<std::string, std::vector<std::string>>& segments, bool all_durable);

/// One sentence for each event that was read before an earlier one of its writer and key.
[[nodiscard]] std::vector<std::string> check_reading_order(
    const write_history& history, const std::vector<std::string>& read);

}  // namespace simulation_tests
