#include "group/group_state.hpp"

#include <algorithm>
#include <limits>

namespace pravega_actor::internal {

std::vector<std::string> group_state::readers() const {
  std::vector<std::string> online;
  for (const auto& [reader, owned] : content_.assigned)
    online.push_back(reader);
  return online;
}

bool group_state::is_online(const std::string& reader) const {
  return content_.assigned.contains(reader);
}

const group_offsets* group_state::assigned(const std::string& reader) const {
  const auto at = content_.assigned.find(reader);
  return at == content_.assigned.end() ? nullptr : &at->second;
}

std::size_t group_state::segments() const noexcept {
  std::size_t all = content_.unassigned.size();
  for (const auto& [reader, owned] : content_.assigned)
    all += owned.size();
  return all;
}

bool group_state::is_end_of_data() const noexcept {
  return content_.future_segments.empty() && segments() == 0;
}

std::int64_t group_state::end_offset(const segment& of) const {
  const auto at = content_.end_segments.find(of);
  return at == content_.end_segments.end() ? std::numeric_limits<std::int64_t>::max()
                                           : at->second;
}

bool group_state::is_end_segment(const segment& of) const {
  return content_.end_segments.contains(of);
}

std::map<scoped_stream, stream_cut> group_state::stream_cuts() const {
  segment_offsets all;
  content_.unassigned.each(
      [&](const group_segment& at, std::int64_t offset) { all[at.name] = offset; });
  for (const auto& [reader, owned] : content_.assigned)
    for (const auto& [at, offset] : owned)
      all[at.name] = offset;
  return cuts_of(all);
}

std::vector<std::string> group_state::checkpoints_for(const std::string& reader) const {
  std::vector<std::string> owed;
  const auto add = [&](const std::string& id) {
    if (owes(reader, id) && std::find(owed.begin(), owed.end(), id) == owed.end())
      owed.push_back(id);
  };
  for (const auto& id : content_.checkpoints.checkpoints)
    add(id);
  // A snapshot may hold one that is not in the list; it must end, too.
  for (const auto& [id, readers] : content_.checkpoints.waiting)
    add(id);
  return owed;
}

std::optional<std::string> group_state::checkpoint_for(const std::string& reader) const {
  auto owed = checkpoints_for(reader);
  if (owed.empty()) return std::nullopt;
  return std::move(owed.front());
}

bool group_state::owes(const std::string& reader, const std::string& checkpoint) const {
  const auto& waiting = content_.checkpoints.waiting;
  const auto at = waiting.find(checkpoint);
  return at != waiting.end() && at->second.contains(reader);
}

bool group_state::has_ongoing_checkpoint() const noexcept {
  return !content_.checkpoints.waiting.empty();
}

std::vector<std::string> group_state::outstanding_checkpoints() const {
  std::vector<std::string> incomplete;
  for (const auto& id : content_.checkpoints.checkpoints)
    if (!is_silent_checkpoint(id) && content_.checkpoints.waiting.contains(id) &&
        std::find(incomplete.begin(), incomplete.end(), id) == incomplete.end())
      incomplete.push_back(id);
  return incomplete;
}

bool group_state::is_complete(const std::string& checkpoint) const {
  return !content_.checkpoints.waiting.contains(checkpoint);
}

const segment_offsets* group_state::positions(const std::string& checkpoint) const {
  if (!is_complete(checkpoint)) return nullptr;
  const auto at = content_.checkpoints.positions.find(checkpoint);
  return at == content_.checkpoints.positions.end() ? nullptr : &at->second;
}

const segment_offsets* group_state::cleared_positions(const std::string& checkpoint) const {
  const auto at = std::find_if(cleared_.rbegin(), cleared_.rend(),
                               [&](const auto& each) { return each->id == checkpoint; });
  return at == cleared_.rend() ? nullptr : &(*at)->positions;
}

std::map<scoped_stream, stream_cut> cuts_of(const segment_offsets& positions) {
  std::map<scoped_stream, stream_cut> cuts;
  for (const auto& [name, offset] : positions) {
    auto& cut = cuts[name.stream];
    cut.stream = name.stream;
    cut.offsets[name.id] = offset;
  }
  return cuts;
}

}  // namespace pravega_actor::internal
