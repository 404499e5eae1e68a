#include "group/group_shares.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "pravega_actor/routing.hpp"

namespace pravega_actor::internal {
namespace {

std::int64_t distance_of(const group_state& state, const std::string& reader) {
  const auto& all = state.content().distance_to_tail;
  const auto at = all.find(reader);
  return std::max(assumed_lag_ms, at == all.end() ? assumed_lag_ms : at->second);
}

// `from` - `what`, and 0 if that is negative.
std::size_t less(std::size_t from, std::size_t what) {
  return from > what ? from - what : 0;
}

bool owes_checkpoint(const group_state& state, const std::string& reader) {
  return state.checkpoint_for(reader).has_value();
}

const group_segment* held(const group_state& state, const std::string& reader,
                          const segment& name) {
  const auto* owned = state.assigned(reader);
  return owned == nullptr ? nullptr : find_segment(*owned, name);
}

}  // namespace

std::map<std::string, double> relative_sizes(const group_state& state) {
  auto most = assumed_lag_ms;
  const auto& assigned = state.content().assigned;
  for (const auto& [reader, owned] : assigned)
    if (!owned.empty()) most = std::max(most, distance_of(state, reader));
  std::map<std::string, double> sizes;
  for (const auto& [reader, owned] : assigned)
    sizes[reader] = static_cast<double>(owned.size()) *
                    static_cast<double>(distance_of(state, reader)) / static_cast<double>(most);
  return sizes;
}

int load_rank(const group_state& state, const std::string& reader) {
  const auto sizes = relative_sizes(state);
  const auto own = sizes.find(reader);
  if (own == sizes.end()) return -1;
  int before = 0;
  for (const auto& [other, size] : sizes)
    before += size > own->second || (size == own->second && other < reader) ? 1 : 0;
  return before;
}

even_shares shares_of(const group_state& state) {
  const auto readers = state.content().assigned.size();
  if (readers == 0) return {};
  const auto segments = state.segments();
  return {segments / readers, (segments + readers - 1) / readers};
}

std::size_t segments_to_acquire(const group_state& state, const std::string& reader) {
  const auto free = state.unassigned().size();
  const auto* owned = state.assigned(reader);
  if (free == 0 || owned == nullptr) return 0;
  return std::clamp<std::size_t>(less(shares_of(state).least, owned->size()), 1, free);
}

bool is_next_to_acquire(const group_state& state, const std::string& reader) {
  const auto least = shares_of(state).least;
  const auto* mine = state.assigned(reader);
  if (state.unassigned().empty() || mine == nullptr || mine->size() >= least) return false;
  const auto own = mine->size();
  std::size_t taken = 0;
  for (const auto& [other, owned] : state.content().assigned)
    if (owned.size() < own || (owned.size() == own && other < reader))
      taken += less(least, owned.size());
  return taken < state.unassigned().size();
}

std::size_t surplus_of(const group_state& state, const std::string& reader) {
  const auto* mine = state.assigned(reader);
  if (mine == nullptr) return 0;
  const auto even = shares_of(state);
  const auto own = mine->size();
  const auto surplus = less(own, even.most);
  if (own <= even.least || even.least == even.most) return surplus;
  // What others lack beyond what is free, or comes from readers with more than `most`.
  std::size_t lacking = 0;
  std::size_t coming = state.unassigned().size();
  std::size_t spare_before = 0;
  for (const auto& [other, owned] : state.content().assigned) {
    lacking += less(even.least, owned.size());
    coming += less(owned.size(), even.most);
    if (other < reader && owned.size() >= even.most) ++spare_before;
  }
  return surplus + (less(lacking, coming) > spare_before ? 1 : 0);
}

std::vector<group_segment> segments_to_release(const group_state& state,
                                               const std::string& reader) {
  auto left = surplus_of(state, reader);
  if (left == 0) return {};
  std::multimap<double, group_segment, std::greater<>> by_preference;
  for (const auto& [at, offset] : *state.assigned(reader))
    by_preference.emplace(routing_position(reader + '\n' + at.name.to_string()), at);
  std::vector<group_segment> chosen;
  for (const auto& [place, at] : by_preference) {
    if (left-- == 0) break;
    chosen.push_back(at);
  }
  return chosen;
}

bool holds_too_many(const group_state& state, const std::string& reader) {
  return surplus_of(state, reader) > 0;
}

std::int64_t reported_distance_ms(const group_state& state, const std::string& reader,
                                  std::int64_t wall_clock_ms, bool has_read) {
  bool alone = true;
  for (const auto& [other, owned] : state.content().assigned) {
    if (other == reader || owned.empty()) continue;
    if (distance_of(state, other) > assumed_lag_ms) return wall_clock_ms;
    alone = false;
  }
  return alone && has_read ? wall_clock_ms : 0;
}

std::vector<group_update> acquisition(const group_state& state, const std::string& reader,
                                      std::int64_t distance_ms) {
  if (owes_checkpoint(state, reader)) return {};
  auto left = segments_to_acquire(state, reader);
  std::vector<group_update> updates;
  state.unassigned().each([&](const group_segment& at, std::int64_t) {
    if (left == 0) return;
    --left;
    updates.emplace_back(acquire_segment{reader, at.name});
  });
  if (!updates.empty()) updates.emplace_back(update_distance{reader, distance_ms, {}});
  return updates;
}

std::vector<group_update> release(const group_state& state, const std::string& reader,
                                  const segment& released, std::int64_t next_unread,
                                  std::int64_t distance_ms) {
  if (held(state, reader, released) == nullptr || owes_checkpoint(state, reader)) return {};
  return {release_segment{reader, released, next_unread},
          update_distance{reader, distance_ms, {}}};
}

std::vector<group_update> completion(
    const group_state& state, const std::string& reader, const segment& completed,
    std::map<group_segment, std::set<std::int64_t>> successors) {
  const auto* own = held(state, reader, completed);
  if (own == nullptr || owes_checkpoint(state, reader)) return {};
  if (state.is_end_segment(completed)) successors.clear();
  return {segment_completed{reader, *own, std::move(successors)}};
}

std::vector<group_update> confirmation(const group_state& state, const std::string& reader,
                                       const std::string& checkpoint,
                                       const segment_offsets& positions) {
  if (!state.is_online(reader) || !state.owes(reader, checkpoint)) return {};
  return {checkpoint_reader{checkpoint, reader, positions}};
}

std::vector<group_update> automatic_checkpoint(const group_state& state, const uuid& fresh) {
  if (state.has_ongoing_checkpoint()) return {};
  const auto id = fresh.to_string();
  return {create_checkpoint{id}, clear_checkpoints_before{id}};
}

result<std::vector<group_update>> requested_checkpoint(const group_state& state,
                                                       const std::string& id) {
  const auto most = std::max(0, state.config().outstanding_checkpoints_max);
  if (state.outstanding_checkpoints().size() >= static_cast<std::size_t>(most))
    return error{errc::limit_exceeded,
                 "as many checkpoints are incomplete as outstanding_checkpoints_max allows"};
  return std::vector<group_update>{create_checkpoint{id}};
}

bool is_read_to_end(const group_state& state, const segment& acquired, std::int64_t offset) {
  return offset < 0 ||
         (state.is_end_segment(acquired) && offset == state.end_offset(acquired) &&
          offset != std::numeric_limits<std::int64_t>::max());
}

bool should_publish_checkpoint(const group_state& state) {
  return state.config().retention == group_retention::automatic &&
         !state.is_last_checkpoint_published() && !state.last_checkpoint().empty();
}

}  // namespace pravega_actor::internal
