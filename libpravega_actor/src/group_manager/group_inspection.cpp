#include "group_manager/group_inspection.hpp"

#include "group_manager/group_opening.hpp"

namespace pravega_actor::internal {

namespace {

group_positions without_ranges(const group_offsets& offsets) {
  group_positions plain;
  for (const auto& [at, offset] : offsets)
    plain[at.name] = offset;
  return plain;
}

}  // namespace

reader_group_description description_of(const scoped_group& group, const seen_group& seen) {
  const auto& state = *seen.state;
  const auto& content = state.content();
  reader_group_description found;
  found.group = group;
  found.config = state.config();
  found.resetting = state.config_is_changing();
  for (const auto& [reader, owned] : content.assigned)
    found.readers[reader] = without_ranges(owned);
  state.unassigned().each([&](const group_segment& at, std::int64_t offset) {
    found.unassigned[at.name] = offset;
  });
  for (const auto& [at, predecessors] : state.future())
    for (const auto id : predecessors)
      found.future[at.name].push_back(segment_id::from_value(id));
  for (const auto& id : state.outstanding_checkpoints()) {
    const auto& waiting = content.checkpoints.waiting.at(id);
    found.outstanding.push_back({id, {waiting.begin(), waiting.end()}});
  }
  found.last_checkpoint = cuts_of(state.last_checkpoint());
  found.end_of_data = state.is_end_of_data();
  found.log_bytes = seen.bytes_since_compaction;
  return found;
}

segment_distribution distribution_of(const reader_group_description& group) {
  segment_distribution found;
  for (const auto& [reader, owned] : group.readers)
    found.readers[reader] = owned.size();
  found.unassigned = group.unassigned.size();
  return found;
}

std::optional<std::string> group_of_stream(const std::string& stream) {
  const auto prefix = reader_group_stream("");
  if (!stream.starts_with(prefix) || stream.size() == prefix.size()) return std::nullopt;
  return stream.substr(prefix.size());
}

step describe_group(const scoped_group& group, const teller<reader_group_description>& tell) {
  if (auto valid = check_names(group); !valid) return tell(valid.error());
  return find_group(group, [=](const result<open_group>& got, time_point) {
    if (!got) return tell(got.error());
    return tell(description_of(group, got->seen));
  });
}

step stored_cuts_of(const scoped_group& group,
                    const teller<std::map<scoped_stream, stream_cut>>& tell) {
  if (auto valid = check_names(group); !valid) return tell(valid.error());
  return find_group(group, [tell](const result<open_group>& got, time_point) {
    if (!got) return tell(got.error());
    return tell(got->seen.state->stream_cuts());
  });
}

}  // namespace pravega_actor::internal
