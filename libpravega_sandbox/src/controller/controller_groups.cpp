// The part of the controller model that deals with reader groups.
#include <utility>

#include "controller/controller_limits.hpp"
#include "controller/controller_model.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::error;
using pravega_actor::uuid;

/// The segment of a group's state, as the real controller configures it.
constexpr std::int64_t state_rollover_bytes = std::int64_t{4} << 20;

stream_config state_config() {
  stream_config config;
  config.rollover_size_bytes = state_rollover_bytes;
  return config;
}

}  // namespace

result<void> controller_model::check_group(const scoped_group& group,
                                           const reader_group_config& config) const {
  PRAVEGA_ACTOR_TRY(config.check());
  if (config.id == uuid{}) return error{errc::invalid_argument, "a group without an id"};
  const bool subscribes = config.retention != group_retention::none;
  for (const auto& [stream, cut] : config.starting_cuts)
    if (subscribes && find(stream) == nullptr) return missing(stream);
  return check_room_for(0, 0, group_registry::bytes_of(group, config));
}

// The stream of the state comes first: a client looks for it as soon as it has the reply.
controller_model::answer controller_model::on(const controller::create_reader_group& call) {
  const auto& [scope, name] = call.group;
  PRAVEGA_ACTOR_TRY(pravega_actor::check_name(name));
  if (scopes_.count(scope) == 0) return error{errc::scope_not_found}.with_subject(scope);
  if (const auto* held = groups_.find(call.group)) return reply_with(*held);
  auto config = call.config;
  config.generation = 0;
  PRAVEGA_ACTOR_TRY(check_group(call.group, config));
  const scoped_stream state{scope, pravega_actor::reader_group_stream(name)};
  PRAVEGA_ACTOR_TRY(on(controller::create_stream{state, state_config()}));
  groups_.put(call.group, config);
  group_memory_.set(groups_.bytes());
  return reply_with(std::move(config));
}

controller_model::answer controller_model::on(const controller::get_reader_group_config& call) {
  const auto* held = groups_.find(call.group);
  if (held == nullptr) return missing(call.group);
  return reply_with(*held);
}

controller_model::answer controller_model::on(const controller::update_reader_group& call) {
  const auto* held = groups_.find(call.group);
  if (held == nullptr) return missing(call.group);
  if (held->generation != call.config.generation || held->id != call.config.id)
    return error{errc::reader_group_changed}.with_subject(call.group.to_string());
  PRAVEGA_ACTOR_TRY(check_group(call.group, call.config));
  auto config = call.config;
  const controller::group_generation reply{++config.generation};
  groups_.put(call.group, config);
  group_memory_.set(groups_.bytes());
  return reply_with(reply);
}

controller_model::answer controller_model::on(const controller::delete_reader_group& call) {
  const auto* held = groups_.find(call.group);
  if (held == nullptr || held->id != call.id) return reply_with(controller::deletion{false});
  erase_group(call.group);
  return reply_with(controller::deletion{true});
}

void controller_model::erase_group(const scoped_group& group) {
  groups_.erase(group);
  group_memory_.set(groups_.bytes());
  const auto scope = scopes_.find(group.scope);
  if (scope == scopes_.end()) return;
  const auto state = pravega_actor::reader_group_stream(group.group);
  erase_stream(scope->second, {group.scope, state});
  erase_stream(scope->second, {group.scope, pravega_actor::mark_stream(state)});
}

controller_model::answer controller_model::on(const controller::list_subscribers& call) {
  if (find(call.stream) == nullptr) return missing(call.stream);
  controller::subscriber_list list;
  for (const auto& group : groups_.subscribers_of(call.stream))
    list.names.push_back(group.to_string());
  return reply_with(std::move(list));
}

controller_model::answer controller_model::on(const controller::update_subscriber_cut& call) {
  const auto& stream = call.cut.stream;
  const auto* record = find(stream);
  if (record == nullptr) return missing(stream);
  const auto* before = groups_.released(stream, call.group);
  if (before == nullptr) return missing(call.group);
  const auto& config = *groups_.find(call.group);
  if (config.id != call.id) return missing(call.group);
  if (config.generation != call.generation)
    return error{errc::reader_group_changed}.with_subject(call.group.to_string());
  const auto& cut = call.cut.offsets;
  if (!record->is_complete(cut) || (!before->empty() && !record->is_after(cut, *before)))
    return error{errc::precondition_failed, "not a complete cut, or before the last one"};
  PRAVEGA_ACTOR_TRY(check_room_for(0, 0, cut.size() * controller_limits::cut_place_bytes));
  groups_.release(stream, call.group, cut);
  group_memory_.set(groups_.bytes());
  return reply_with(controller::done{});
}

}  // namespace pravega_sandbox
