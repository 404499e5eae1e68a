// The stream of a group's world: writes, scales, faults, and the judgement of what was read.
#include <algorithm>

#include "unit/group_reader/group_world.hpp"

namespace pravega_actor::test {

using namespace internal;

std::size_t group_world::events() const {
  std::size_t all = 0;
  for (const auto& [of, in] : stored_)
    all += static_cast<std::size_t>(in.events);
  return all;
}

void group_world::write_events() {
  for (auto& [of, in] : stored_) {
    if (in.sealed || random_.below(2) == 0) continue;
    in.events += static_cast<std::int64_t>(random_.below(6));
    in.reads.resize(static_cast<std::size_t>(in.events));
  }
}

void group_world::seal_stream() {
  for (auto& [of, in] : stored_)
    in.sealed = true;
}

// Splits one segment, or merges two neighbours.
void group_world::scale() {
  std::vector<stored_segment*> open;
  for (auto& [of, in] : stored_)
    if (!in.sealed) open.push_back(&in);
  std::sort(open.begin(), open.end(),
            [](const auto* a, const auto* b) { return a->at.range.low < b->at.range.low; });
  ++epoch_;
  const auto fresh = [this](double low, double high) {
    const segment name{scoped_stream{"scope", "stream"}, {next_number_++, epoch_}};
    stored_[name].at = {name, {low, high}};
    return name;
  };
  const auto follow = [this](stored_segment& before, const segment& after) {
    before.sealed = true;
    before.successors.insert(after);
    stored_[after].predecessors.insert(before.at.name);
  };
  const auto first = random_.below(open.size());
  if (open.size() > 1 && first + 1 < open.size() && random_.below(2) == 0) {
    const auto merged = fresh(open[first]->at.range.low, open[first + 1]->at.range.high);
    follow(*open[first], merged);
    follow(*open[first + 1], merged);
    return;
  }
  auto& whole = *open[first];
  const auto middle = (whole.at.range.low + whole.at.range.high) / 2;
  const auto low = fresh(whole.at.range.low, middle);
  const auto high = fresh(middle, whole.at.range.high);
  follow(whole, low);
  follow(whole, high);
}

void group_world::create_checkpoint(const std::string& name) {
  (void)apply({internal::create_checkpoint{name}});
}

void group_world::disturb(std::uint64_t run) {
  if (!disturbed_ || run != runs_) return;
  write_events();
  const auto& faults = options_.faults;
  const auto happens = [&](bool on, std::uint64_t once_in) {
    return on && random_.below(once_in) == 0;
  };
  if (happens(faults.scales, 20)) scale();
  if (happens(faults.checkpoints, 30)) {
    const auto number = std::to_string(++next_checkpoint_);
    create_checkpoint(random_.below(3) == 0 ? number + "_SILENT_" : "named-" + number);
  }
  if (happens(faults.deaths, 40)) {
    kill_member(random_.below(members_.size()));
    add_member();
  }
  if (happens(faults.suspicions, 60)) {
    take_offline(random_.below(members_.size()), false);
    add_member();
  }
  at(milliseconds{100}, [this, run] { disturb(run); });
}

// --- the judgement --------------------------------------------------------------------------

void group_world::check_all_read() {
  for (const auto& [of, in] : stored_)
    for (std::size_t event = 0; event < in.reads.size(); ++event)
      if (in.reads[event] == 0)
        return complain("event " + std::to_string(event) + " of " + of.to_string() +
                        " was not read");
}

bool group_world::descends_from_any(const segment& of, const segment_offsets& positions) const {
  for (const auto& before : stored_.at(of).predecessors)
    if (positions.contains(before) || descends_from_any(before, positions)) return true;
  return false;
}

bool group_world::is_before(const segment& of, std::int64_t event,
                            const segment_offsets& positions) const {
  const auto at = positions.find(of);
  if (at != positions.end()) return at->second < 0 || event * event_bytes < at->second;
  return !descends_from_any(of, positions);
}

// Each member has handed out before its checkpoint only what lies before the positions. What it
// handed out after it is judged when everything is read: a reset would read it again.
void group_world::judge_checkpoint(const std::string& name, const segment_offsets& positions) {
  ++checkpoints_done_;
  for (const auto& whose : members_) {
    const auto at = whose->before.find(name);
    // A member that leaves completes its checkpoints where it stands.
    const bool judged = whose->alive && !whose->suspected && !whose->stopped;
    if (at == whose->before.end() || !judged) continue;
    for (const auto& [of, events] : whose->handed_out)
      for (const auto event : events) {
        const auto known = at->second.find(of);
        const bool earlier = known != at->second.end() && known->second.contains(event);
        if (earlier == is_before(of, event, positions)) continue;
        complain(whose->name + ": event " + std::to_string(event) + " of " + of.to_string() +
                 (earlier ? " was handed out before checkpoint " : " came after checkpoint ") +
                 name + " and lies on its other side");
      }
  }
}

}  // namespace pravega_actor::test
