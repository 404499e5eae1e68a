#include "writer/channel_table.hpp"

#include <algorithm>
#include <string>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

namespace {

// The server adds fractions up: an overlap below this is none.
constexpr double least_part = 1e-9;

result<void> check_count(std::size_t segments) {
  if (segments <= limits::stream_segments_max) return {};
  return error{errc::limit_exceeded,
               "stream_segments_max is " + std::to_string(limits::stream_segments_max) +
                   ", the stream has " + std::to_string(segments) + " segments to be written"}
      .with_stage(stage::controller_call);
}

}  // namespace

result<channel_table> channel_table::make(const std::vector<segment_with_range>& current,
                                          channel_factory factory) {
  if (auto fits = check_count(current.size()); !fits) return fits.error();
  channel_table table;
  table.factory_ = std::move(factory);
  std::vector<event_router::route> routes;
  for (const auto& each : current) {
    auto channel = table.factory_(each.id);
    routes.push_back({each.range, channel});
    table.channels_.emplace(each.id, std::move(channel));
  }
  auto router = event_router::make(std::move(routes));
  if (!router) return router.error();
  table.router_ = std::move(*router);
  return table;
}

// What stands in the place of a segment now: itself, or those that replaced it.
void channel_table::resolve(const segment_with_range& wanted,
                            std::vector<segment_with_range>& out) const {
  const auto gone = replaced_.find(wanted.id);
  if (gone == replaced_.end()) return out.push_back(wanted);
  for (const auto& next : gone->second) {
    const key_range part{std::max(wanted.range.low, next.range.low),
                         std::min(wanted.range.high, next.range.high)};
    if (part.low < part.high) resolve({next.id, part}, out);
  }
}

result<std::vector<channel_table::channel_pointer>> channel_table::replace(
    const append_channel& from, const std::vector<controller::successor>& successors) {
  auto fits = check_count(std::max<std::size_t>(channels_.size(), 1) - 1 + successors.size());
  if (!fits) return fits.error().with_subject(from.name());
  ranges direct;
  ranges resolved;
  for (const auto& each : successors) {
    // Epochs only grow along successors, so following them comes to an end.
    if (each.segment.id.epoch <= from.of().id.epoch)
      return error{errc::protocol_violation,
                   "segment " + std::to_string(each.segment.id.number) + " of epoch " +
                       std::to_string(each.segment.id.epoch) + " cannot be a successor"}
          .with_subject(from.name());
    direct.push_back(each.segment);
    resolve(each.segment, resolved);
  }
  std::vector<event_router::route> routes;
  std::map<segment_id, channel_pointer> fresh;
  for (const auto& each : resolved) {
    const auto known = channels_.find(each.id);
    if (known != channels_.end()) {
      routes.push_back({each.range, known->second});
      continue;
    }
    auto& made = fresh[each.id];
    if (!made) made = factory_(each.id);
    routes.push_back({each.range, made});
  }
  auto next = router_.with_successors(from, routes);
  if (!next) return next.error().with_subject(from.name());
  std::vector<channel_pointer> added;
  for (const auto& [id, channel] : fresh)
    added.push_back(channel);
  const auto sealed = from.of().id;
  if (whole_only_) {
    hold_back(direct, fresh);
    added.clear();
    added.reserve(partial_.size());
  }
  // The last step that needs memory.
  replaced_.emplace(sealed, std::move(direct));
  router_ = std::move(*next);
  channels_.merge(fresh);
  channels_.erase(sealed);
  forget_old();
  if (whole_only_) take_whole(added);
  return added;
}

// A route of an older segment has a part of the range still.
bool channel_table::in_the_way(const event_router::route& route, const segment_id& of,
                               const key_range& range) const {
  return route.channel->of().id.epoch < of.epoch &&
         std::min(route.range.high, range.high) - std::max(route.range.low, range.low) >
             least_part;
}

// After an exception there are more of them than channels, which does no harm.
void channel_table::hold_back(const ranges& direct,
                              const std::map<segment_id, channel_pointer>& fresh) {
  for (const auto& [id, channel] : fresh)
    partial_.try_emplace(id, key_range{0.0, 1.0});
  for (const auto& each : direct)
    if (const auto at = partial_.find(each.id); at != partial_.end()) at->second = each.range;
}

// Moves those that have their whole range now to `out`, which has room for all.
void channel_table::take_whole(std::vector<channel_pointer>& out) noexcept {
  for (auto at = partial_.begin(); at != partial_.end();) {
    const auto& routes = router_.routes();
    const auto channel = channels_.find(at->first);
    const bool waits = std::any_of(routes.begin(), routes.end(), [&](const auto& route) {
      return in_the_way(route, at->first, at->second);
    });
    if (waits) {
      ++at;
      continue;
    }
    if (channel != channels_.end()) out.push_back(channel->second);
    at = partial_.erase(at);
  }
}

std::vector<channel_table::channel_pointer> channel_table::awaited() const {
  std::vector<channel_pointer> out;
  for (const auto& route : router_.routes())
    for (const auto& [id, range] : partial_)
      if (in_the_way(route, id, range)) {
        out.push_back(route.channel);
        break;
      }
  return out;
}

result<std::vector<channel_table::channel_pointer>> channel_table::hand_over(
    append_channel& from, const std::vector<controller::successor>& successors) {
  auto added = replace(from, successors);
  if (!added) return added.error();
  const auto route =
      [this](std::span<const event_mark> marks, std::span<const byte_view> payloads)
          PRAVEGA_ACTOR_UNCHECKED { at(marks.front().position).log().append(marks, payloads); };
  const auto move = [this, &route](const append_block& block) PRAVEGA_ACTOR_UNCHECKED {
    if (!block.large()) return block.for_each(route);
    const auto& mark = block.marks().front();
    at(mark.position).log().append_large(mark, block.large_payload());
  };
  from.log().for_each_block(move);
  from.log().clear();
  return added;
}

// A segment follows only segments of older epochs whose ranges touch its own.
bool channel_table::needed(const segment_id& gone, const ranges& successors) const {
  for (const auto& route : router_.routes()) {
    if (route.channel->of().id.epoch >= gone.epoch) continue;
    for (const auto& each : successors)
      if (route.range.low < each.range.high && each.range.low < route.range.high) return true;
  }
  return false;
}

void channel_table::forget_old() {
  std::erase_if(replaced_,
                [this](const auto& each) { return !needed(each.first, each.second); });
}

}  // namespace pravega_actor::internal
