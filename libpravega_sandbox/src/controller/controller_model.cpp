#include "controller/controller_model.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "controller/controller_limits.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::error;
using pravega_actor::is_internal_stream;
using pravega_actor::mark_stream;

constexpr std::string_view mark_prefix = "_MARK";
constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";

/// The names after `token`, at most one page; the token of an empty page is the one given.
template <class Map, class Keep>
controller::name_page page_of(const Map& all, const std::string& token, Keep keep) {
  controller::name_page page{{}, token};
  for (auto it = all.upper_bound(token); it != all.end(); ++it) {
    if (page.names.size() == controller_limits::page_names_max) break;
    if (keep(it->second)) page.names.push_back(it->first);
  }
  if (!page.names.empty()) page.token = page.names.back();
  return page;
}

std::size_t bytes_of(const scoped_stream& stream) {
  return controller_limits::name_copies * (stream.scope.size() + stream.stream.size());
}

std::size_t bytes_of(const scoped_stream& stream, const stream_record& record) {
  return bytes_of(stream) + record.metadata_bytes();
}

std::size_t bytes_of_scope(const std::string& name) {
  return controller_limits::scope_bytes + controller_limits::name_copies * name.size();
}

/// What a 0.13 server accepts, which is more than a client lets users choose.
result<void> check_server_name(std::string_view name) {
  const auto plain = name.substr(name.starts_with('_') ? 1 : 0);
  const bool valid = !plain.empty() && name.size() <= controller_limits::name_characters_max &&
                     plain.find_first_not_of(name_characters) == std::string_view::npos;
  if (!valid) return error{errc::invalid_name}.with_subject(std::string{name});
  return {};
}

result<void> check_config(const stream_config& config) {
  const auto count = config.scaling.segments_min;
  if (count < 1 || count > controller_limits::active_segments_max) {
    return error{errc::invalid_argument, "segments: " + std::to_string(count)};
  }
  const bool tags_fit =
      config.tags.size() <= controller_limits::tags_max &&
      std::all_of(config.tags.begin(), config.tags.end(), [](const std::string& tag) {
        return tag.size() <= controller_limits::tag_characters_max;
      });
  if (!tags_fit) return error{errc::invalid_argument, "too many or too long tags"};
  return {};
}

}  // namespace

controller_model::controller_model(store_model& store, std::vector<endpoint> stores,
                                   std::vector<endpoint> controllers)
    : store_{store},
      metadata_{store.memory(), memory_use::metadata},
      retention_memory_{store.memory(), memory_use::metadata},
      group_memory_{store.memory(), memory_use::metadata},
      transaction_memory_{store.memory(), memory_use::metadata},
      stores_{std::move(stores)},
      controllers_{std::move(controllers)} {}

void controller_model::set_addresses(std::vector<endpoint> stores,
                                     std::vector<endpoint> controllers) {
  stores_ = std::move(stores);
  controllers_ = std::move(controllers);
}

result<controller::reply> controller_model::handle(const controller::request& call) {
  if (transactions_.expires(store_.now_ms())) (void)expire_transactions();
  return visit([this](const auto& request) { return on(request); }, call);
}

const stream_record* controller_model::find(const scoped_stream& stream) const {
  const auto scope = scopes_.find(stream.scope);
  if (scope == scopes_.end()) return nullptr;
  const auto found = scope->second.streams.find(stream.stream);
  return found == scope->second.streams.end() ? nullptr : &found->second;
}

stream_record* controller_model::look_up(const scoped_stream& stream) {
  return const_cast<stream_record*>(find(stream));
}

std::int32_t controller_model::first_number_of(const scoped_stream& stream) const {
  const auto used = next_numbers_.find(stream);
  return used == next_numbers_.end() ? 0 : used->second;
}

result<void> controller_model::check_room_for(std::size_t segments, std::size_t listed,
                                              std::size_t named) const {
  if (segments > store_.segments_free())
    return error{errc::limit_exceeded, "the store has no room for more segments: segments_max"};
  // Segments also stand in the stream's head.
  constexpr auto each = store_limits::segment_bytes_max + controller_limits::segment_bytes +
                        controller_limits::cut_place_bytes;
  const auto wanted = segments * each + listed * sizeof(segment_with_range) + named;
  if (wanted <= store_.memory().free()) return {};
  return error{errc::limit_exceeded, "no memory is left for it: memory_bytes_max"};
}

void controller_model::recount(std::size_t before, std::size_t after) {
  metadata_.set(metadata_.bytes() - before + after);
}

// There is room for its segments: that was checked.
void controller_model::add_stream(scope_record& scope, const scoped_stream& stream,
                                  const stream_config& config) {
  const auto [it, added] =
      scope.streams.try_emplace(stream.stream, config, first_number_of(stream));
  if (!added) return;
  for (const auto& [id, range] : it->second.active()) {
    store_.create(pravega_actor::segment{stream, id}.to_string());
  }
  recount(0, bytes_of(stream, it->second));
}

// The oldest make way.
void controller_model::remember_numbers(const scoped_stream& stream, std::int32_t next_number) {
  const auto bytes = [](const scoped_stream& of) {
    return controller_limits::scope_bytes + bytes_of(of);
  };
  if (next_numbers_.insert_or_assign(stream, next_number).second) recount(0, bytes(stream));
  while (next_numbers_.size() > controller_limits::deleted_streams_max ||
         (store_.memory().free() == 0 && !next_numbers_.empty())) {
    recount(bytes(next_numbers_.begin()->first), 0);
    next_numbers_.erase(next_numbers_.begin());
  }
}

void controller_model::erase_stream(scope_record& scope, const scoped_stream& stream) {
  const auto it = scope.streams.find(stream.stream);
  if (it == scope.streams.end()) return;
  forget_transactions(stream);
  for (const auto id : it->second.existing()) {
    store_.remove(pravega_actor::segment{stream, id}.to_string());
  }
  recount(bytes_of(stream, it->second), 0);
  remember_numbers(stream, it->second.next_number());
  scaler_.forget(stream);
  retention_.forget(stream);
  retention_memory_.set(retention_.places() * controller_limits::cut_place_bytes);
  groups_.forget(stream);
  group_memory_.set(groups_.bytes());
  scope.streams.erase(it);
}

controller_model::answer controller_model::on(const controller::get_controller_servers&) {
  return reply_with(controllers_);
}

controller_model::answer controller_model::on(const controller::create_scope& call) {
  if (auto checked = check_server_name(call.scope); !checked) return checked.error();
  if (scopes_.count(call.scope) != 0) return reply_with(controller::creation{false});
  if (scopes_.size() >= controller_limits::scopes_max) return errc::limit_exceeded;
  const auto bytes = bytes_of_scope(call.scope);
  if (auto room = check_room_for(0, 0, bytes); !room) return room.error();
  scopes_.try_emplace(call.scope);
  recount(0, bytes);
  return reply_with(controller::creation{true});
}

controller_model::answer controller_model::on(const controller::delete_scope& call) {
  const auto it = scopes_.find(call.scope);
  if (it != scopes_.end() && !it->second.streams.empty()) return errc::scope_not_empty;
  return delete_whole_scope(call.scope);
}

controller_model::answer controller_model::on(const controller::delete_scope_recursive& call) {
  return delete_whole_scope(call.scope);
}

controller_model::answer controller_model::delete_whole_scope(const std::string& scope) {
  const auto it = scopes_.find(scope);
  if (it == scopes_.end()) return reply_with(controller::deletion{false});
  for (const auto& group : groups_.groups_in(scope))
    erase_group(group);
  while (!it->second.streams.empty())
    erase_stream(it->second, {scope, it->second.streams.begin()->first});
  recount(bytes_of_scope(scope), 0);
  scopes_.erase(it);
  return reply_with(controller::deletion{true});
}

controller_model::answer controller_model::on(const controller::check_scope& call) {
  return reply_with(controller::existence{scopes_.count(call.scope) != 0});
}

controller_model::answer controller_model::on(const controller::list_scopes& call) {
  return reply_with(page_of(scopes_, call.token, [](const auto&) { return true; }));
}

// As the real controller, every stream has a companion for its watermarks.
controller_model::answer controller_model::on(const controller::create_stream& call) {
  if (auto checked = check_server_name(call.stream.stream); !checked) return checked.error();
  if (auto checked = check_config(call.config); !checked) return checked.error();
  const auto it = scopes_.find(call.stream.scope);
  if (it == scopes_.end()) return error{errc::scope_not_found}.with_subject(call.stream.scope);
  auto& scope = it->second;
  if (scope.streams.count(call.stream.stream) != 0)
    return reply_with(controller::creation{false});
  if (scope.streams.size() + 2 > controller_limits::streams_per_scope_max) {
    return errc::limit_exceeded;
  }
  std::map<scoped_stream, stream_config> added{{call.stream, call.config}};
  if (call.stream.stream.rfind(mark_prefix, 0) != 0)
    added[{call.stream.scope, mark_stream(call.stream.stream)}] = stream_config{};
  std::size_t segments = 0;
  std::size_t named = 0;
  for (const auto& [stream, config] : added) {
    auto fits = stream_record::check_creation(config, first_number_of(stream));
    if (!fits) return fits.error().with_subject(stream.to_string());
    segments += static_cast<std::size_t>(config.scaling.segments_min);
    named += controller_limits::stream_bytes + bytes_of(stream) +
             stream_record::metadata_bytes(config);
  }
  if (auto room = check_room_for(segments, segments, named); !room) return room.error();
  for (const auto& [stream, config] : added)
    add_stream(scope, stream, config);
  return reply_with(controller::creation{true});
}

controller_model::answer controller_model::on(const controller::update_stream& call) {
  if (auto checked = check_config(call.config); !checked) return checked.error();
  auto* stream = look_up(call.stream);
  if (stream == nullptr) return missing(call.stream);
  if (stream->sealed()) return errc::stream_sealed;
  const auto named = stream_record::metadata_bytes(call.config);
  if (auto room = check_room_for(0, 0, named); !room) return room.error();
  const auto bytes_before = stream->metadata_bytes();
  const auto config_before = stream->config();
  stream->set_config(call.config);
  if (stream->wants_other_count()) {
    const auto before = stream->active();
    const auto count = static_cast<std::size_t>(call.config.scaling.segments_min);
    auto room = check_room_for(count, count, named);
    const auto started =
        room ? stream->scale_to_config() : result<controller::scale_started>{room.error()};
    if (!started) {
      stream->set_config(config_before);
      return started.error();
    }
    apply_scale(call.stream, before, started->segments);
  }
  recount(bytes_before, stream->metadata_bytes());
  return reply_with(controller::done{});
}

controller_model::answer controller_model::on(const controller::delete_stream& call) {
  const auto* stream = find(call.stream);
  if (stream == nullptr) return reply_with(controller::deletion{false});
  if (!stream->sealed()) return errc::stream_not_sealed;
  auto& scope = scopes_.at(call.stream.scope);
  erase_stream(scope, call.stream);
  erase_stream(scope, {call.stream.scope, mark_stream(call.stream.stream)});
  return reply_with(controller::deletion{true});
}

controller_model::answer controller_model::on(const controller::check_stream& call) {
  return reply_with(controller::existence{find(call.stream) != nullptr});
}

controller_model::answer controller_model::on(const controller::get_stream_config& call) {
  const auto* stream = find(call.stream);
  if (stream == nullptr) return missing(call.stream);
  return reply_with(stream->config());
}

controller_model::answer controller_model::on(const controller::list_streams& call) {
  const auto it = scopes_.find(call.scope);
  if (it == scopes_.end()) return error{errc::scope_not_found}.with_subject(call.scope);
  return reply_with(
      page_of(it->second.streams, call.token, [](const stream_record&) { return true; }));
}

controller_model::answer controller_model::on(const controller::list_tagged_streams& call) {
  const auto it = scopes_.find(call.scope);
  if (it == scopes_.end()) return error{errc::scope_not_found}.with_subject(call.scope);
  return reply_with(page_of(it->second.streams, call.token, [&](const stream_record& stream) {
    const auto& tags = stream.config().tags;
    return std::find(tags.begin(), tags.end(), call.tag) != tags.end();
  }));
}

controller_model::answer controller_model::on(const controller::get_delegation_token&) {
  return reply_with(controller::token{});
}

// There are no watermarks: what a writer notes is accepted and forgotten.
controller_model::answer controller_model::on(const controller::note_time&) {
  return reply_with(controller::done{});
}

controller_model::answer controller_model::on(const controller::remove_writer&) {
  return reply_with(controller::deletion{true});
}

}  // namespace pravega_sandbox
