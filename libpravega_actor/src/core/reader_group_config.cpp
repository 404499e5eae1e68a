#include "pravega_actor/reader_group_config.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "pravega_actor/limits.hpp"

namespace pravega_actor {

namespace {

using cuts = reader_group_config::cuts;

error invalid(std::string why) {
  return {errc::invalid_argument, std::move(why)};
}

result<void> check_place(const scoped_stream& stream, const std::optional<stream_cut>& cut) {
  if (auto named = check_names(stream); !named || !cut) return named;
  if (cut->stream != stream)
    return invalid("a cut of " + cut->stream.to_string() + " for " + stream.to_string());
  if (cut->offsets.empty())
    return invalid("a cut of " + stream.to_string() + " without segments");
  return cut->check();
}

/// Whether an end lies before the start of the same segment. What is read to its own end may be
/// named by either: a checkpoint at an end cut is a start, too.
bool is_before(const stream_cut& end, const stream_cut& start) {
  return std::any_of(end.offsets.begin(), end.offsets.end(), [&](const auto& each) {
    const auto begin = start.offsets.find(each.first);
    return each.second >= 0 && begin != start.offsets.end() && each.second < begin->second;
  });
}

/// The cuts without the streams that have none.
cuts only_cuts(cuts all) {
  std::erase_if(all, [](const auto& each) { return !each.second; });
  return all;
}

}  // namespace

result<void> reader_group_config::check() const {
  if (starting_cuts.empty()) return invalid("a reader group without streams");
  if (starting_cuts.size() > limits::group_streams_max)
    return error{errc::limit_exceeded, "more streams than group_streams_max"};
  for (const auto& [stream, cut] : starting_cuts)
    PRAVEGA_ACTOR_TRY(check_place(stream, cut));
  for (const auto& [stream, cut] : ending_cuts) {
    PRAVEGA_ACTOR_TRY(check_place(stream, cut));
    const auto start = starting_cuts.find(stream);
    if (start == starting_cuts.end())
      return invalid("an end in " + stream.to_string() + ", which the group does not read");
    if (cut && start->second && is_before(*cut, *start->second))
      return invalid("an end before the start in " + stream.to_string());
  }
  if (group_refresh_time_ms < 0) return invalid("group_refresh_time_ms must be at least 0");
  if (outstanding_checkpoints_max < 1)
    return invalid("outstanding_checkpoints_max must be at least 1");
  if (retention > group_retention::automatic) return invalid("no such kind of retention");
  return {};
}

bool reader_group_config::has_same_settings(const reader_group_config& other) const {
  auto mine = *this;
  auto theirs = other;
  for (auto* each : {&mine, &theirs}) {
    each->generation = 0;
    each->id = {};
    each->ending_cuts = only_cuts(std::move(each->ending_cuts));
  }
  return mine == theirs;
}

}  // namespace pravega_actor
