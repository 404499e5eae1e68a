#include "reader/segment_frontier.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

namespace pravega_actor::internal {

namespace {

std::string name_of(segment_id id) {
  return std::to_string(id.number) + ".#epoch." + std::to_string(id.epoch);
}

}  // namespace

result<void> segment_frontier::on_read(segment_id of, const successors& after) {
  for (const auto& each : after)
    if (position_.count(each.segment.id) != 0)
      return error{errc::invalid_argument, "the reader's start names segment " + name_of(of) +
                                               " and segment " + name_of(each.segment.id) +
                                               ", which follows it"};
  read_[of] = after;
  to_judge_.insert(of);
  return {};
}

std::optional<segment_frontier::step> segment_frontier::next() {
  while (!to_judge_.empty()) {
    const auto of = *to_judge_.begin();
    to_judge_.erase(to_judge_.begin());
    step todo;
    const auto now = judge(of, todo);
    if (now == verdict::unknown) undecided_.insert(of);
    if (now != verdict::ready) continue;
    apply(todo);
    return todo;
  }
  return std::nullopt;
}

// Collects the segments that share successors with `of`, directly or through others.
segment_frontier::verdict segment_frontier::judge(segment_id of, step& todo) {
  std::set<segment_id> gone{of};
  std::set<segment_id> next;
  std::set<segment_id> strangers;
  std::optional<question> wish;
  std::vector<segment_id> to_visit{of};
  while (!to_visit.empty()) {
    const auto& after = read_.at(to_visit.back());
    to_visit.pop_back();
    for (const auto& successor : after) {
      const auto behind = lies_behind_end(successor, wish);
      if (behind == answer::yes) continue;
      if (behind == answer::unknown) return ask(wish);
      next.insert(successor.segment.id);
      for (const auto& predecessor : successor.predecessors) {
        if (read_.count(predecessor) != 0) {
          if (gone.insert(predecessor).second) to_visit.push_back(predecessor);
        } else if (position_.count(predecessor) != 0) {
          return verdict::blocked;
        } else {
          strangers.insert(predecessor);
        }
      }
    }
  }
  for (const auto& each : strangers)
    if (follows(each, {position_.begin(), position_.end()}, wish) == answer::yes)
      return verdict::blocked;
  if (wish) return ask(wish);
  todo = {{gone.begin(), gone.end()}, {next.begin(), next.end()}};
  return verdict::ready;
}

// What is read or in the position lies before the end, or is one of `ends_` itself.
segment_frontier::answer segment_frontier::lies_behind_end(
    const controller::successor& which, std::optional<question>& wish) const {
  auto all = answer::no;
  for (const auto& each : which.predecessors) {
    if (stops_in(each)) return answer::yes;
    if (position_.count(each) != 0) continue;
    const auto found = follows(each, {ends_.begin(), ends_.end()}, wish);
    if (found == answer::yes) return found;
    if (found == answer::unknown) all = found;
  }
  return all;
}

std::optional<bool> segment_frontier::begins_behind_end(segment_id which) {
  std::vector<segment_id> others;
  std::set_difference(ends_.begin(), ends_.end(), position_.begin(), position_.end(),
                      std::back_inserter(others));
  std::optional<question> wish;
  const auto found = follows(which, std::move(others), wish);
  if (found != answer::unknown) return found == answer::yes;
  (void)ask(wish);
  return std::nullopt;
}

// Whether a segment descends from one of others. Its ancestors are of earlier epochs and were
// replaced long ago: a segment that has no successors now is none. A way that leads through the
// position begins there, too.
segment_frontier::answer segment_frontier::follows(segment_id which,
                                                   std::vector<segment_id> from,
                                                   std::optional<question>& wish) const {
  auto all = answer::no;
  std::set<segment_id> seen;
  while (!from.empty()) {
    const auto at = from.back();
    from.pop_back();
    if (at.epoch >= which.epoch || !seen.insert(at).second) continue;
    if (const auto* after = successors_of(at)) {
      for (const auto& each : *after) {
        if (each.segment.id == which) return answer::yes;
        if (position_.count(each.segment.id) == 0) from.push_back(each.segment.id);
      }
      continue;
    }
    const auto leaf = childless_.find(at);
    if (leaf != childless_.end() && leaf->second >= which.epoch) continue;
    all = answer::unknown;
    wish = question{at, which.epoch};
  }
  return all;
}

segment_frontier::verdict segment_frontier::ask(const std::optional<question>& wish) {
  if (!question_) question_ = wish;
  return verdict::unknown;
}

const segment_frontier::successors* segment_frontier::successors_of(segment_id of) const {
  for (const auto* from : {&read_, &known_}) {
    const auto at = from->find(of);
    if (at != from->end()) return &at->second;
  }
  return nullptr;
}

void segment_frontier::apply(const step& todo) {
  for (const auto& each : todo.gone) {
    read_.erase(each);
    known_.erase(each);
    to_judge_.erase(each);
    undecided_.erase(each);
    childless_.erase(each);
    if (todo.next.empty())
      childless_[each] = std::numeric_limits<std::int32_t>::max();
    else
      position_.erase(each);
  }
  position_.insert(todo.next.begin(), todo.next.end());
}

std::optional<segment_id> segment_frontier::take_question() {
  if (!question_ || question_->taken) return std::nullopt;
  question_->taken = true;
  return question_->of;
}

void segment_frontier::on_known(const successors& after) {
  if (!question_) return;
  if (after.empty())
    childless_[question_->of] = question_->epoch;
  else
    known_[question_->of] = after;
  question_.reset();
  to_judge_.merge(std::exchange(undecided_, {}));
}

}  // namespace pravega_actor::internal
