#include "simulation/history_checker.hpp"

#include <algorithm>
#include <functional>

namespace simulation_tests {

using namespace pravega_actor;

namespace {

using problems = std::vector<std::string>;

void check_completion_order(const write_history& history, problems& found) {
  for (const auto& [writer, tickets] : history.completions)
    if (std::adjacent_find(tickets.begin(), tickets.end(), std::greater_equal<>{}) !=
        tickets.end())
      found.push_back(writer + ": completions came out of order");
}

// A success says that every earlier event of the writer is durable too.
void check_successes(const write_history& history, problems& found) {
  std::map<std::string, event_ticket> first_undurable;
  for (const auto& each : history.written) {
    if (!each.told) continue;
    const auto bad = first_undurable.find(each.writer);
    if (each.outcome.outcome && bad != first_undurable.end())
      found.push_back(each.writer + " event " + std::to_string(each.ticket) +
                      ": success, but event " + std::to_string(bad->second) +
                      " before it is not durable");
    if (!each.outcome.durable) first_undurable.emplace(each.writer, each.ticket);
  }
}

void check_entry(const write_history::entry& each, std::size_t stored, bool all_durable,
                 problems& found) {
  const auto name = each.writer + " event " + std::to_string(each.ticket);
  if (!each.told) found.push_back(name + ": never completed");
  if (stored > 1) found.push_back(name + ": stored " + std::to_string(stored) + " times");
  if (each.told && each.outcome.durable && stored == 0) found.push_back(name + ": lost");
  if (each.told && !each.outcome.outcome && !each.outcome.durable && stored > 0 &&
      each.outcome.outcome.error() == errc::not_written)
    found.push_back(name + ": reported as not written, but it is stored");
  if (all_durable && !each.outcome.durable) found.push_back(name + ": not durable");
}

}  // namespace

std::vector<std::string> check_history(
    const write_history& history,
    const std::map<std::string, std::vector<std::string>>& segments, bool all_durable) {
  problems found;
  std::map<std::string, std::size_t> stored;
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < history.written.size(); ++i)
    index[history.written[i].payload] = i;
  for (const auto& [segment, payloads] : segments) {
    std::map<std::string, std::size_t> last_of_writer;
    for (const auto& payload : payloads) {
      ++stored[payload];
      auto at = index.find(payload);
      if (at == index.end()) {
        found.push_back(segment + " holds an event that nobody wrote");
        continue;
      }
      // A writer's events in one segment keep their order, and so do those of a key.
      auto& last = last_of_writer[history.written[at->second].writer];
      if (at->second + 1 <= last) found.push_back(segment + ": " + payload + " out of order");
      last = at->second + 1;
    }
  }
  for (const auto& each : history.written)
    check_entry(each, stored[each.payload], all_durable, found);
  check_successes(history, found);
  check_completion_order(history, found);
  return found;
}

}  // namespace simulation_tests
