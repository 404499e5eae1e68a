#include "controller/group_registry.hpp"

#include <utility>

#include "controller/controller_limits.hpp"

namespace pravega_sandbox {

namespace {

std::size_t bytes_of(const cut_offsets& cut) {
  return cut.size() * controller_limits::cut_place_bytes;
}

std::size_t bytes_of(const reader_group_config::cuts& cuts) {
  std::size_t bytes = 0;
  for (const auto& [stream, cut] : cuts) {
    bytes += controller_limits::scope_bytes +
             controller_limits::name_copies * (stream.scope.size() + stream.stream.size());
    if (cut) bytes += bytes_of(cut->offsets);
  }
  return bytes;
}

}  // namespace

std::size_t group_registry::bytes_of(const scoped_group& group,
                                     const reader_group_config& config) {
  return controller_limits::scope_bytes +
         controller_limits::name_copies * (group.scope.size() + group.group.size()) +
         pravega_sandbox::bytes_of(config.starting_cuts) +
         pravega_sandbox::bytes_of(config.ending_cuts);
}

const reader_group_config* group_registry::find(const scoped_group& group) const {
  const auto at = groups_.find(group);
  return at == groups_.end() ? nullptr : &at->second;
}

void group_registry::put(const scoped_group& group, const reader_group_config& config) {
  const bool subscribes = config.retention != group_retention::none;
  auto& held = groups_[group];
  for (const auto& [stream, cut] : held.starting_cuts)
    if (!subscribes || !config.starting_cuts.contains(stream)) unsubscribe(stream, group);
  if (!held.starting_cuts.empty()) bytes_ -= bytes_of(group, held);
  bytes_ += bytes_of(group, config);
  held = config;
  if (!subscribes) return;
  for (const auto& [stream, cut] : config.starting_cuts)
    subscriptions_[stream].try_emplace(group);
}

void group_registry::erase(const scoped_group& group) {
  const auto at = groups_.find(group);
  if (at == groups_.end()) return;
  for (const auto& [stream, cut] : at->second.starting_cuts)
    unsubscribe(stream, group);
  bytes_ -= bytes_of(group, at->second);
  groups_.erase(at);
}

std::vector<scoped_group> group_registry::groups_in(const std::string& scope) const {
  std::vector<scoped_group> found;
  for (auto at = groups_.lower_bound({scope, {}});
       at != groups_.end() && at->first.scope == scope; ++at)
    found.push_back(at->first);
  return found;
}

void group_registry::unsubscribe(const scoped_stream& stream, const scoped_group& group) {
  const auto at = subscriptions_.find(stream);
  if (at == subscriptions_.end()) return;
  const auto found = at->second.find(group);
  if (found == at->second.end()) return;
  bytes_ -= pravega_sandbox::bytes_of(found->second);
  at->second.erase(found);
  if (at->second.empty()) subscriptions_.erase(at);
}

void group_registry::forget(const scoped_stream& stream) {
  for (const auto& group : subscribers_of(stream))
    unsubscribe(stream, group);
}

std::vector<scoped_group> group_registry::subscribers_of(const scoped_stream& stream) const {
  std::vector<scoped_group> found;
  if (const auto at = subscriptions_.find(stream); at != subscriptions_.end())
    for (const auto& [group, cut] : at->second)
      found.push_back(group);
  return found;
}

const cut_offsets* group_registry::released(const scoped_stream& stream,
                                            const scoped_group& group) const {
  const auto at = subscriptions_.find(stream);
  if (at == subscriptions_.end()) return nullptr;
  const auto found = at->second.find(group);
  return found == at->second.end() ? nullptr : &found->second;
}

void group_registry::release(const scoped_stream& stream, const scoped_group& group,
                             cut_offsets cut) {
  const auto at = subscriptions_.find(stream);
  if (at == subscriptions_.end()) return;
  const auto found = at->second.find(group);
  if (found == at->second.end()) return;
  bytes_ += pravega_sandbox::bytes_of(cut) - pravega_sandbox::bytes_of(found->second);
  found->second = std::move(cut);
}

std::vector<cut_offsets> group_registry::released(const scoped_stream& stream) const {
  std::vector<cut_offsets> cuts;
  if (const auto at = subscriptions_.find(stream); at != subscriptions_.end())
    for (const auto& [group, cut] : at->second)
      if (!cut.empty()) cuts.push_back(cut);
  return cuts;
}

}  // namespace pravega_sandbox
