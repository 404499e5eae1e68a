#include "group/group_positions.hpp"

#include <algorithm>

#include "common/report.hpp"
#include "common/waiting.hpp"

namespace pravega_actor::tool {

namespace {

constexpr seconds answer_within{10};

// The place of a reader that has so many bytes before it.
std::optional<std::int64_t> offset_before(const stream_lineage& stream, segment_id of,
                                          std::int64_t unread) {
  for (const auto& each : stream.segments)
    if (each.id == of && each.stored) return each.stored->write_offset - unread;
  return std::nullopt;
}

}  // namespace

std::vector<reader_tick> ticks_of(const reader_group_description& group,
                                  const stream_lineage& stream, const unread_bytes* live) {
  std::vector<reader_tick> ticks;
  for (const auto& [reader, owned] : group.readers)
    for (const auto& [of, offset] : owned)
      if (of.stream == stream.stream) ticks.push_back({reader, of.id, offset});
  if (live == nullptr) return ticks;
  for (auto& each : ticks) {
    const segment of{stream.stream, each.in};
    const auto found = std::find_if(live->segments.begin(), live->segments.end(),
                                    [&](const auto& unread) { return unread.of == of; });
    if (found == live->segments.end()) continue;
    each.offset = offset_before(stream, each.in, found->bytes).value_or(each.offset);
  }
  return ticks;
}

result<std::vector<reader_tick>> positions_in(const common_options& common, session& in,
                                              const scoped_group& group,
                                              const stream_lineage& stream) {
  const auto groups = in.pravega().reader_groups();
  auto described = [&] {
    const blocking_wait wait{common,
                             for_controller(in.settings(), "describe " + group.to_string())};
    return groups.describe(group);
  }();
  if (!described) return described.error();
  auto live = [&] {
    const blocking_wait wait{
        common, for_local("the readers of " + group.to_string() + " to report their places")};
    return groups.unread(group, unread_since::live_position, answer_within);
  }();
  if (!live)
    note(common, "pravega-actor: the readers' places are those of the group's state: " +
                     live.error().detail());
  return ticks_of(*described, stream, live ? &*live : nullptr);
}

}  // namespace pravega_actor::tool
