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

// "scope/stream/7.#epoch.3": 3.
int epoch_of(const std::string& segment) {
  static const std::string mark = ".#epoch.";
  const auto at = segment.find(mark);
  return at == std::string::npos ? 0 : std::stoi(segment.substr(at + mark.size()));
}

// A key's events in a segment of a later epoch were written after all in earlier ones.
class epoch_order {
 public:
  void add(const write_history::entry& event, std::size_t number, int epoch) {
    if (event.key.empty()) return;
    auto& span = spans_[{event.writer, event.key}][epoch];
    span.first = span.second == 0 ? number : std::min(span.first, number);
    span.second = std::max(span.second, number);
  }
  void check(problems& found) const {
    for (const auto& [who, epochs] : spans_) {
      std::size_t before = 0;
      for (const auto& [epoch, span] : epochs) {
        if (span.first <= before)
          found.push_back(who.first + ", " + who.second + ": epoch " + std::to_string(epoch) +
                          " begins before an earlier one ends");
        before = span.second;
      }
    }
  }

 private:
  /// First and last number of an event, from 1, by epoch.
  std::map<std::pair<std::string, std::string>,
           std::map<int, std::pair<std::size_t, std::size_t>>>
      spans_;
};

}  // namespace

std::vector<std::string> check_reading_order(const write_history& history,
                                             const std::vector<std::string>& read) {
  problems found;
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < history.written.size(); ++i)
    index[history.written[i].payload] = i + 1;
  std::map<std::pair<std::string, std::string>, std::size_t> last;
  for (const auto& payload : read) {
    const auto at = index.find(payload);
    if (at == index.end()) continue;  // check_history reports it
    const auto& event = history.written[at->second - 1];
    if (event.key.empty()) continue;
    auto& before = last[{event.writer, event.key}];
    if (at->second <= before) found.push_back(payload + " was read out of order");
    before = at->second;
  }
  return found;
}

std::vector<std::string> check_history(
    const write_history& history,
    const std::map<std::string, std::vector<std::string>>& segments, bool all_durable) {
  problems found;
  std::map<std::string, std::size_t> stored;
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < history.written.size(); ++i)
    index[history.written[i].payload] = i;
  epoch_order over_epochs;
  for (const auto& [segment, payloads] : segments) {
    std::map<std::string, std::size_t> last_of_writer;
    std::map<std::pair<std::string, std::string>, std::size_t> last_of_key;
    for (const auto& payload : payloads) {
      ++stored[payload];
      auto at = index.find(payload);
      if (at == index.end()) {
        found.push_back(segment + " holds an event that nobody wrote");
        continue;
      }
      // A writer's events in one segment keep their order, and so do those of a key. Behind a
      // scale only keys keep it: a successor takes from several segments.
      auto& last = last_of_writer[history.written[at->second].writer];
      if (epoch_of(segment) == 0 && at->second + 1 <= last)
        found.push_back(segment + ": " + payload + " out of order");
      last = at->second + 1;
      const auto& written = history.written[at->second];
      auto& last_in_key = last_of_key[{written.writer, written.key}];
      if (epoch_of(segment) > 0 && !written.key.empty() && last <= last_in_key)
        found.push_back(segment + ": " + payload + " out of order in its key");
      last_in_key = last;
      over_epochs.add(history.written[at->second], at->second + 1, epoch_of(segment));
    }
  }
  over_epochs.check(found);
  for (const auto& each : history.written)
    check_entry(each, stored[each.payload], all_durable, found);
  check_successes(history, found);
  check_completion_order(history, found);
  return found;
}

}  // namespace simulation_tests
