// `set_reader_offline` and `update_retention_cut`.
#include <memory>
#include <utility>

#include "group_manager/group_changes.hpp"
#include "group_manager/group_opening.hpp"

namespace pravega_actor::internal {

namespace {

// The positions that count: those of the reader's segments.
result<segment_offsets> positions_for(const group_offsets& owned, const position& last) {
  segment_offsets positions;
  for (const auto& [at, offset] : owned) {
    const auto given = last.segments.find(at.name);
    if (given == last.segments.end())
      return error{errc::invalid_argument,
                   "the position lacks the reader's segment " + at.name.to_string()};
    positions[at.name] = given->second.offset;
  }
  return positions;
}

step release_next(const scoped_group& group, const reader_group_config& config,
                  std::map<scoped_stream, stream_cut> left, const teller<void>& tell) {
  if (left.empty()) return tell({});
  const auto first = left.begin()->second;
  left.erase(left.begin());
  return ask(controller::update_subscriber_cut{group, config.id, config.generation, first},
             [=](const result<controller::done>& got) {
               if (got) return release_next(group, config, left, tell);
               return tell(got.error().with_subject(first.stream.to_string()));
             });
}

}  // namespace

step take_offline(const scoped_group& group, const std::string& reader,
                  const std::optional<position>& last, const teller<bool>& tell) {
  if (auto valid = check_names(group); !valid) return tell(valid.error());
  if (reader.empty()) return tell(error{errc::invalid_name, "the reader's name is empty"});
  if (last)
    if (auto valid = last->check(); !valid) return tell(valid.error());
  auto was_online = std::make_shared<bool>(false);
  const auto generate = [reader, last, was_online](
                            const group_state& state) -> result<std::vector<group_update>> {
    const auto* owned = state.assigned(reader);
    if (owned == nullptr) return std::vector<group_update>{};
    *was_online = true;
    remove_reader gone{reader, {}};
    if (last) {
      PRAVEGA_ACTOR_LET(gone.positions, positions_for(*owned, *last));
    }
    return std::vector<group_update>{std::move(gone)};
  };
  return find_group(group, [=](const result<open_group>& got, time_point now) {
    if (!got) return tell(got.error());
    return update_group(
        got->seen, generate,
        [tell, was_online, reader](const result<seen_group>& seen, time_point) {
          return seen ? tell(*was_online) : tell(seen.error().with_subject("reader " + reader));
        },
        now);
  });
}

step release_cuts(const scoped_group& group, const std::map<scoped_stream, stream_cut>& cuts,
                  const teller<void>& tell) {
  if (auto valid = check_names(group); !valid) return tell(valid.error());
  return ask_or_fail(
      controller::get_reader_group_config{group}, tell, [=](const reader_group_config& config) {
        if (config.retention != group_retention::manual)
          return tell(error{errc::precondition_failed,
                            "the group's retention is not manual: see its configuration"}
                          .with_subject(group.to_string()));
        for (const auto& [stream, cut] : cuts) {
          auto valid = cut.check();
          if (valid && cut.stream != stream)
            valid = error{errc::invalid_argument, "the cut is of " + cut.stream.to_string()};
          if (valid && !config.starting_cuts.contains(stream))
            valid = error{errc::invalid_argument, "the group does not read this stream"};
          if (!valid) return tell(valid.error().with_subject(stream.to_string()));
        }
        return release_next(group, config, cuts, tell);
      });
}

}  // namespace pravega_actor::internal
