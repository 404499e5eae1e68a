// What each update does to the state. Every function checks first and changes then.
#include <algorithm>
#include <limits>
#include <memory>

#include "group/group_state.hpp"

namespace pravega_actor::internal {
namespace {

error refused(std::string detail) {
  return {errc::precondition_failed, std::move(detail)};
}

error not_held(const std::string& reader, const segment& name) {
  return refused("reader " + reader + " does not hold " + name.to_string());
}

// Java's SegmentCompleted asks for the number alone, whatever the stream.
void complete_predecessor(group_snapshot& in, std::int64_t completed) {
  for (auto at = in.future_segments.begin(); at != in.future_segments.end();) {
    at->second.erase(completed);
    if (!at->second.empty()) {
      ++at;
      continue;
    }
    in.unassigned.set(at->first, 0);
    in.last_read.try_emplace(at->first, 0);
    at = in.future_segments.erase(at);
  }
}

}  // namespace

result<group_state> group_state::create(const group_update& initial) {
  if (!is_initial(initial)) return refused("the state begins with an initial update");
  group_state fresh{group_snapshot{}};
  PRAVEGA_ACTOR_TRY(fresh.apply(initial));
  return fresh;
}

result<void> group_state::apply(const group_update& update) {
  return visit([this](const auto& u) { return on(u); }, update);
}

result<void> group_state::apply(const std::vector<group_update>& updates) {
  const auto said = [&](std::size_t at, const error& why) {
    std::string detail{"update " + std::to_string(at) + " ("};
    detail.append(group_update_name(updates[at].position())).append("): ");
    return refused(detail.append(why.detail()));
  };
  if (updates.size() == 1) {
    if (auto applied = apply(updates.front()); !applied) return said(0, applied.error());
    return {};
  }
  auto next = *this;
  for (std::size_t i = 0; i < updates.size(); ++i)
    if (auto applied = next.apply(updates[i]); !applied) return said(i, applied.error());
  *this = std::move(next);
  return {};
}

result<void> group_state::check_owner(const std::string& reader) const {
  if (!is_online(reader)) return refused("reader " + reader + " is offline");
  return {};
}

// The reader must be one that the checkpoint waits for.
void group_state::confirm(const std::string& checkpoint, const std::string& reader,
                          const segment_offsets& positions) {
  auto& all = content_.checkpoints;
  const auto waiting = all.waiting.find(checkpoint);
  waiting->second.erase(reader);
  auto& known = all.positions[checkpoint];
  for (const auto& [name, offset] : positions)
    known[name] = offset;
  if (!waiting->second.empty()) return;
  all.waiting.erase(waiting);
  if (is_silent_checkpoint(checkpoint)) return;
  all.last_position = known;
  all.last_published = false;
}

void group_state::remember(const std::string& checkpoint) {
  const auto* complete = positions(checkpoint);
  if (complete == nullptr) return;
  cleared_.push_back(
      std::make_shared<cleared_checkpoint>(cleared_checkpoint{checkpoint, *complete}));
  if (cleared_.size() > cleared_checkpoints_kept) cleared_.pop_front();
}

result<void> group_state::on(const group_init& update) {
  if (update.starting_segments.empty()) return refused("there are no starting segments");
  group_snapshot fresh;
  fresh.config = update.config;
  fresh.unassigned = update.starting_segments;
  update.starting_segments.each([&](const group_segment& at, std::int64_t offset) {
    fresh.last_read.emplace(at, offset);
  });
  fresh.end_segments = update.end_segments;
  fresh.updating_config = update.updating_config;
  content_ = std::move(fresh);
  cleared_.clear();
  return {};
}

result<void> group_state::on(const group_snapshot& update) {
  content_ = update;
  return {};
}

result<void> group_state::on(const add_reader& update) {
  if (is_online(update.reader)) return refused("reader " + update.reader + " is online");
  content_.assigned.try_emplace(update.reader);
  content_.distance_to_tail.try_emplace(update.reader,
                                        std::numeric_limits<std::int64_t>::max());
  return {};
}

result<void> group_state::on(const remove_reader& update) {
  segment_offsets last;
  if (const auto owned = content_.assigned.find(update.reader);
      owned != content_.assigned.end()) {
    for (const auto& [at, stored] : owned->second) {
      const auto given = update.positions.find(at.name);
      const auto offset = given == update.positions.end() ? stored : given->second;
      last[at.name] = offset;
      content_.unassigned.set(at, offset);
    }
    content_.assigned.erase(owned);
  }
  content_.distance_to_tail.erase(update.reader);
  while (const auto pending = checkpoint_for(update.reader))
    confirm(*pending, update.reader, last);
  return {};
}

result<void> group_state::on(const release_segment& update) {
  PRAVEGA_ACTOR_TRY(check_owner(update.reader));
  auto& owned = content_.assigned.at(update.reader);
  const auto* held = find_segment(owned, update.name);
  if (held == nullptr) return not_held(update.reader, update.name);
  const auto released = *held;
  owned.erase(released);
  content_.unassigned.set(released, update.offset);
  if (const auto read = content_.last_read.find(released); read != content_.last_read.end())
    read->second = update.offset;
  return {};
}

result<void> group_state::on(const acquire_segment& update) {
  PRAVEGA_ACTOR_TRY(check_owner(update.reader));
  const auto* free = find_segment(content_.unassigned, update.name);
  if (free == nullptr) return refused(update.name.to_string() + " is not unassigned");
  const auto taken = *free;
  content_.assigned.at(update.reader)[taken] = *content_.unassigned.find(taken);
  content_.unassigned.erase(taken);
  return {};
}

result<void> group_state::on(const update_distance& update) {
  // Not only for online readers: the update is written without a condition.
  content_.distance_to_tail[update.reader] = std::max(assumed_lag_ms, update.distance_ms);
  for (const auto& [at, offset] : update.last_read)
    if (const auto read = content_.last_read.find(at); read != content_.last_read.end())
      read->second = offset;
  return {};
}

result<void> group_state::on(const segment_completed& update) {
  PRAVEGA_ACTOR_TRY(check_owner(update.reader));
  if (content_.assigned.at(update.reader).erase(update.completed) == 0)
    return not_held(update.reader, update.completed.name);
  content_.last_read.erase(update.completed);
  for (const auto& [at, predecessors] : update.successors)
    content_.future_segments.try_emplace(at, predecessors);
  complete_predecessor(content_, update.completed.name.id.value());
  return {};
}

result<void> group_state::on(const checkpoint_reader& update) {
  const bool silent = is_silent_checkpoint(update.checkpoint);
  if (!silent) PRAVEGA_ACTOR_TRY(check_owner(update.reader));
  const auto& waiting = content_.checkpoints.waiting;
  const auto pending = waiting.find(update.checkpoint);
  if (pending != waiting.end()) {
    if (!pending->second.contains(update.reader))
      return refused("reader " + update.reader + " does not owe this checkpoint");
    confirm(update.checkpoint, update.reader, update.positions);
  }
  if (silent) return {};
  for (auto& [at, offset] : content_.assigned.at(update.reader))
    if (const auto given = update.positions.find(at.name); given != update.positions.end())
      offset = given->second;
  return {};
}

result<void> group_state::on(const create_checkpoint& update) {
  auto& all = content_.checkpoints;
  const auto [known, fresh] = all.positions.try_emplace(update.checkpoint);
  if (!fresh) return {};
  content_.unassigned.each([&, at = known](const group_segment& free, std::int64_t offset) {
    at->second[free.name] = offset;
  });
  all.checkpoints.push_back(update.checkpoint);
  // Without readers the checkpoint is complete, but it does not become the last one.
  if (!content_.assigned.empty()) {
    const auto online = readers();
    all.waiting[update.checkpoint] = std::set<std::string>(online.begin(), online.end());
  }
  return {};
}

result<void> group_state::on(const clear_checkpoints_before& update) {
  auto& all = content_.checkpoints;
  if (!all.positions.contains(update.checkpoint)) return {};
  const auto kept =
      std::find(all.checkpoints.begin(), all.checkpoints.end(), update.checkpoint);
  for (auto at = all.checkpoints.begin(); at != kept; ++at) {
    remember(*at);
    all.waiting.erase(*at);
    all.positions.erase(*at);
  }
  all.checkpoints.erase(all.checkpoints.begin(), kept);
  return {};
}

result<void> group_state::on(const checkpoint_published& update) {
  content_.checkpoints.last_published = update.published;
  return {};
}

result<void> group_state::on(const updating_config& update) {
  content_.updating_config = update.updating;
  return {};
}

result<void> group_state::on(const remove_outstanding_checkpoints&) {
  // The ids stay in the list of checkpoints, as with Java.
  auto& all = content_.checkpoints;
  for (auto at = all.waiting.begin(); at != all.waiting.end();) {
    if (is_silent_checkpoint(at->first)) {
      ++at;
      continue;
    }
    all.positions.erase(at->first);
    at = all.waiting.erase(at);
  }
  return {};
}

}  // namespace pravega_actor::internal
