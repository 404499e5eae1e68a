#include "simulation/transaction_history.hpp"

#include <algorithm>
#include <array>

namespace simulation_tests {

const char* to_string(transaction_history::outcome how) noexcept {
  constexpr std::array names{"open", "unknown", "committed", "aborted"};
  return names[static_cast<std::size_t>(how)];
}

void transaction_history::wrote(const std::string& transaction, const std::string& key,
                                const std::string& event) {
  auto& in = lives_[transaction];
  events_[event] = {transaction, key, ++numbers_, false};
  in.events.push_back(event);
}

void transaction_history::refused(const std::string& event) {
  auto& in = lives_[events_[event].transaction].events;
  in.erase(std::remove(in.begin(), in.end(), event), in.end());
  events_.erase(event);
}

void transaction_history::acknowledged(const std::string& event) {
  events_[event].durable = true;
}

void transaction_history::commit_asked(const std::string& transaction) {
  auto& one = lives_[transaction];
  if (one.asked == 0) one.asked = ++clock_;
}

void transaction_history::ended(const std::string& transaction, outcome how, bool complete) {
  auto& one = lives_[transaction];
  const bool was_final = one.how == outcome::committed || one.how == outcome::aborted;
  const bool is_final = how == outcome::committed || how == outcome::aborted;
  if (was_final && is_final && how != one.how)
    contradictions_.push_back(transaction + " was reported as " + to_string(one.how) +
                              " and as " + to_string(how));
  if (!was_final) one.how = how;
  const bool is_committed = how == outcome::committed && one.how == how;
  if (is_committed && complete && one.committed == 0) one.committed = ++clock_;
}

void transaction_history::saw(const std::string& reader, const std::string& event) {
  seen_[reader].push_back(event);
  const auto at = events_.find(event);
  if (at == events_.end()) {
    contradictions_.push_back(event + " was never written");
    return;
  }
  const auto& in = lives_[at->second.transaction];
  if (in.asked == 0)
    contradictions_.push_back("early: " + event + " was read before the commit of " +
                              at->second.transaction);
}

void transaction_history::forget(const std::string& reader) {
  seen_.erase(reader);
}

bool transaction_history::was_asked(const std::string& transaction) const {
  const auto at = lives_.find(transaction);
  return at != lives_.end() && at->second.asked != 0;
}

std::size_t transaction_history::count(outcome how) const {
  return static_cast<std::size_t>(
      std::count_if(lives_.begin(), lives_.end(),
                    [how](const auto& each) { return each.second.how == how; }));
}

transaction_history::outcome transaction_history::of(const std::string& transaction) const {
  const auto at = lives_.find(transaction);
  return at == lives_.end() ? outcome::open : at->second.how;
}

std::vector<std::string> transaction_history::names() const {
  texts all;
  for (const auto& each : lives_)
    all.push_back(each.first);
  return all;
}

std::vector<std::string> transaction_history::check(const std::string& reader) const {
  auto found = contradictions_;
  const auto at = seen_.find(reader);
  const texts seen = at == seen_.end() ? texts{} : at->second;
  std::map<std::string, std::size_t> times;
  for (const auto& event : seen)
    if (++times[event] == 2) found.push_back("doubled: " + event);
  for (const auto& [name, one] : lives_)
    check_whole(name, one, times, found);
  check_order(seen, found);
  return found;
}

void transaction_history::check_whole(const std::string& name, const life& one,
                                      const std::map<std::string, std::size_t>& times,
                                      texts& found) const {
  std::size_t there = 0;
  texts missing;
  for (const auto& event : one.events) {
    if (times.contains(event))
      ++there;
    else if (events_.at(event).durable)
      missing.push_back(event);
  }
  const auto all = std::to_string(one.events.size());
  if (one.how == outcome::aborted) {
    if (there > 0)
      found.push_back("resurrected: " + std::to_string(there) + " of " + all + " events of " +
                      name + ", which was aborted");
  } else if (there > 0 && !missing.empty()) {
    found.push_back("torn: " + name + " (" + to_string(one.how) + ") lacks " +
                    std::to_string(missing.size()) + " of " + all + " events: " + missing[0]);
  } else if (one.how == outcome::committed && !missing.empty()) {
    found.push_back("lost: all of " + name + ", which was committed");
  }
}

bool transaction_history::precedes(const written& first, const written& second) const {
  if (first.transaction == second.transaction)
    return first.durable && first.number < second.number;
  const auto& earlier = lives_.at(first.transaction);
  const auto& later = lives_.at(second.transaction);
  return earlier.committed != 0 && later.asked > earlier.committed;
}

// Of each key, no event may follow one that it precedes.
void transaction_history::check_order(const texts& seen, texts& found) const {
  std::map<std::string, std::vector<const written*>> of_key;
  for (const auto& event : seen) {
    const auto at = events_.find(event);
    if (at == events_.end() || at->second.key.empty()) continue;
    auto& before = of_key[at->second.key];
    const auto wrong = std::find_if(before.begin(), before.end(), [&](const auto* each) {
      return precedes(at->second, *each);
    });
    if (wrong != before.end())
      found.push_back("reordered: " + event + " of " + at->second.transaction +
                      " comes behind an event of " + (*wrong)->transaction + " with key " +
                      at->second.key);
    before.push_back(&at->second);
  }
}

}  // namespace simulation_tests
