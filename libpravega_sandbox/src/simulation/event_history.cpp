#include "pravega_sandbox/event_history.hpp"

namespace pravega_sandbox {

namespace {

using counts = std::map<std::string, std::size_t, std::less<>>;

counts count(const std::vector<std::string>& events) {
  counts found;
  for (const auto& each : events)
    ++found[each];
  return found;
}

std::vector<std::string> joined(const stored_events& segments) {
  std::vector<std::string> all;
  for (const auto& segment : segments)
    all.insert(all.end(), segment.begin(), segment.end());
  return all;
}

std::size_t count_of(const counts& in, std::string_view event) {
  const auto at = in.find(event);
  return at == in.end() ? 0 : at->second;
}

// Whether the event is known not to be stored.
bool is_certain(const pravega_actor::result<void>& outcome) {
  return !outcome && (outcome.error() == pravega_actor::errc::not_written ||
                      outcome.error() == pravega_actor::errc::would_block);
}

std::string in_quotes(std::string_view event) {
  std::string text{'"'};
  return text.append(event).append(1, '"');
}

}  // namespace

void event_history::sent(std::string_view key, std::string_view event) {
  const auto known = sent_.find(event);
  if (known != sent_.end()) {
    known->second.outcome = fate::open;
    return;
  }
  const auto place = ++places_[std::string{key}];
  sent_.emplace(std::string{event}, record{std::string{key}, place});
}

void event_history::completed(std::string_view event,
                              const pravega_actor::write_result& outcome) {
  const auto at = sent_.find(event);
  if (at == sent_.end()) return;
  if (outcome.durable) {
    ++durable_;
    at->second.outcome = fate::durable;
  } else {
    at->second.outcome = is_certain(outcome.outcome) ? fate::not_written : fate::unknown;
  }
}

void event_history::processed(std::string_view event) {
  processed_.emplace_back(event);
}

// Of a key the events may have gaps, and none stands before an earlier one; where an event
// comes again, its first place counts.
std::vector<std::string> event_history::check_order(const std::vector<std::string>& events,
                                                    std::string_view what) const {
  std::vector<std::string> found;
  std::map<std::string, std::pair<std::size_t, std::string>> last;
  counts seen;
  for (const auto& event : events) {
    const auto at = sent_.find(event);
    if (at == sent_.end() || ++seen[event] > 1) continue;
    auto& [place, before] = last[at->second.key];
    if (at->second.place < place)
      found.push_back(in_quotes(event) + " is " + std::string{what} + " after " +
                      in_quotes(before) + ", which was sent after it under the key " +
                      in_quotes(at->second.key));
    if (at->second.place > place) {
      place = at->second.place;
      before = event;
    }
  }
  return found;
}

std::vector<std::string> event_history::check_stored(const stored_events& stored) const {
  const auto all = joined(stored);
  const auto times = count(all);
  auto found = check_order(all, "stored");
  for (const auto& [event, how_often] : times) {
    if (!sent_.contains(event))
      found.push_back(in_quotes(event) + " is stored and was never sent");
    if (how_often > 1)
      found.push_back(in_quotes(event) + " is stored " + std::to_string(how_often) + " times");
  }
  for (const auto& [event, each] : sent_) {
    const bool is_there = times.contains(event);
    if (each.outcome == fate::durable && !is_there)
      found.push_back(in_quotes(event) + " is lost: it was durable and is not stored");
    if (each.outcome == fate::not_written && is_there)
      found.push_back(in_quotes(event) + " is stored although it was reported as not written");
  }
  return found;
}

std::vector<std::string> event_history::check_processed(const stored_events& stored,
                                                        delivery promised) const {
  const auto there = count(joined(stored));
  const auto got = count(processed_);
  auto found = check_order(processed_, "processed");
  for (const auto& [event, how_often] : got) {
    if (!there.contains(event))
      found.push_back(in_quotes(event) + " is processed and not stored");
    if (how_often > 1 && promised != delivery::at_least_once)
      found.push_back(in_quotes(event) + " is processed " + std::to_string(how_often) +
                      " times");
  }
  for (const auto& [event, how_often] : there)
    if (promised != delivery::at_most_once && count_of(got, event) == 0)
      found.push_back(in_quotes(event) + " is stored and never processed");
  return found;
}

std::string to_lines(const std::vector<std::string>& sentences) {
  std::string text;
  for (const auto& each : sentences)
    text.append(each).append("\n");
  return text;
}

}  // namespace pravega_sandbox
