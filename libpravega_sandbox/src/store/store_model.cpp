#include "store/store_model.hpp"

#include <algorithm>
#include <utility>

#include "pravega_actor/names.hpp"
#include "store/store_limits.hpp"

namespace pravega_sandbox {

namespace {

bool allows(const attribute_change& change, std::int64_t current) {
  switch (change.type) {
    case attribute_update_type::none:
      return current == no_value;
    case attribute_update_type::replace_if_greater:
      return current == no_value || change.value > current;
    case attribute_update_type::replace_if_equals:
      return current == change.expected;
    case attribute_update_type::replace:
    case attribute_update_type::accumulate:
      return true;
  }
  return false;
}

std::int64_t changed(const attribute_change& change, std::int64_t current) {
  if (change.type != attribute_update_type::accumulate || current == no_value)
    return change.value;
  // As Java: overflow wraps.
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(current) +
                                   static_cast<std::uint64_t>(change.value));
}

std::size_t metadata_bytes(const segment_model& segment) {
  return store_limits::segment_bytes + store_limits::name_copies * segment.name().size() +
         store_limits::attribute_bytes * segment.attribute_count();
}

bool is_transient(std::string_view name) {
  return name.find("#transient.") != std::string_view::npos;
}

bool is_of_transaction(std::string_view name) {
  return name.find("#transaction.") != std::string_view::npos;
}

/// Whether it is to be merged into another segment.
bool is_part(std::string_view name) {
  return is_transient(name) || is_of_transaction(name);
}

}  // namespace

// As many as fit even with the longest names.
std::size_t store_model::segments_free() const noexcept {
  const auto names =
      (options_.names_bytes_max - names_bytes_) / store_limits::segment_name_bytes_max;
  return std::min({options_.segments_max - segments_.size(), names,
                   options_.attributes_max - attributes_,
                   memory_.free() / store_limits::segment_bytes_max});
}

store_status store_model::create(const std::string& name) {
  if (segments_.count(name) != 0) return store_status::exists;
  const bool too_long = name.size() > store_limits::segment_name_bytes_max;
  if (too_long || segments_free() == 0) return store_status::full;
  const auto made = std::make_shared<segment_model>(name, now_ms_);
  segments_.emplace(name, made);
  names_bytes_ += name.size();
  attributes_ += made->attribute_count();
  memory_.add(memory_use::metadata, metadata_bytes(*made));
  return store_status::ok;
}

std::optional<std::string> store_model::create_transient(const std::string& parent,
                                                         const uuid& writer) {
  const uuid serial{0, ++transients_};
  auto name = parent + "#transient." + writer.to_hex() + "." + serial.to_hex();
  if (create(name) != store_status::ok) return std::nullopt;
  return name;
}

segment_handle store_model::find(std::string_view name) const {
  const auto it = segments_.find(name);
  return it == segments_.end() ? nullptr : it->second;
}

store_status store_model::seal(std::string_view name) {
  const auto target = find(name);
  if (!target) return store_status::missing;
  if (target->sealed()) return store_status::sealed;
  target->seal(now_ms_);
  target->wake();
  return store_status::ok;
}

store_status store_model::remove(std::string_view name) {
  const auto it = segments_.find(name);
  if (it == segments_.end()) return store_status::missing;
  const auto target = it->second;
  segments_.erase(it);
  holds_other(*target, target->held_bytes(), 0);
  memory_.give_back(memory_use::metadata, metadata_bytes(*target));
  memory_.give_back(memory_use::events, target->held_bytes());
  names_bytes_ -= target->name().size();
  attributes_ -= target->attribute_count();
  target->mark_deleted();
  target->wake();
  return store_status::ok;
}

store_status store_model::truncate(std::string_view name, std::int64_t offset) {
  const auto target = find(name);
  if (!target) return store_status::missing;
  if (offset < target->start_offset() || offset > target->length()) {
    return store_status::bad_offset;
  }
  truncate_to(*target, offset);
  return store_status::ok;
}

void store_model::truncate_to(segment_model& target, std::int64_t offset) {
  const auto before = target.held_bytes();
  const auto dropped = static_cast<std::size_t>(offset - target.start_offset());
  target.truncate(offset);
  holds_other(target, before, target.held_bytes());
  memory_.give_back(memory_use::events, dropped);
}

bool store_model::takes_attributes(const segment_model& target, std::size_t added) const {
  return target.attribute_count() + added <= store_limits::attributes_max &&
         added <= options_.attributes_max - attributes_ &&
         added <= memory_.free() / store_limits::attribute_bytes;
}

void store_model::set_attribute(segment_model& target, const uuid& id, std::int64_t value) {
  const auto before = metadata_bytes(target);
  attributes_ -= target.attribute_count();
  target.set_attribute(id, value);
  attributes_ += target.attribute_count();
  memory_.give_back(memory_use::metadata, before);
  memory_.add(memory_use::metadata, metadata_bytes(target));
}

// Asked before anything is dropped: if dropping is not enough, nothing is dropped.
bool store_model::can_make_room(std::size_t bytes) const {
  const auto staying = memory_bytes() - holders_.bytes();
  const auto most = memory_.events_max();
  return staying <= most && bytes <= most - staying;
}

// The segment that holds the most pays, not the one that is written to: a new segment would
// otherwise keep no more than its last append where others have filled the memory.
void store_model::make_room(std::size_t bytes) {
  const auto most = memory_.events_max() - bytes;
  while (memory_bytes() > most && holders_.bytes() > 0) {
    const auto fullest = find(holders_.fullest());
    const auto before = memory_bytes();
    truncate_to(*fullest, fullest->next_append_offset());
    counters_.bytes_dropped += before - memory_bytes();
  }
}

void store_model::holds_other(const segment_model& target, std::size_t before,
                              std::size_t now) {
  if (options_.full != when_full::drop_oldest || is_part(target.name())) return;
  holders_.change(target.name(), before, now);
}

store_status store_model::append(const segment_handle& target, const append_request& request) {
  const auto status = admit(target, request);
  if (status == store_status::ok) apply(*target, request);
  return status;
}

store_status store_model::admit(const segment_handle& target, const append_request& request) {
  if (!target || target->deleted()) return store_status::missing;
  if (target->sealed()) return store_status::sealed;
  if (target->attribute(request.writer) != request.expected_number) {
    return store_status::bad_event_number;
  }
  if (request.expected_length && *request.expected_length != target->length()) {
    return store_status::bad_condition;
  }
  const auto added = std::size_t{request.expected_number == no_value} +
                     std::size_t{target->attribute(event_count_attribute) == no_value};
  if (!takes_attributes(*target, added)) return store_status::full;
  const auto bytes = size_of(request.data);
  if (!can_make_room(bytes)) {
    ++counters_.appends_refused_full;
    return store_status::full;
  }
  return store_status::ok;
}

void store_model::apply(segment_model& target, const append_request& request) {
  const auto bytes = size_of(request.data);
  make_room(bytes);
  const auto before = target.held_bytes();
  target.append(request.data, request.received_bytes, now_ms_);
  holds_other(target, before, target.held_bytes());
  memory_.add(memory_use::events, bytes);
  ++counters_.appends;
  counters_.events_appended += static_cast<std::uint64_t>(request.event_count);
  counters_.bytes_appended += bytes;
  set_attribute(target, request.writer, request.number);
  target.events_appended_ += request.event_count;
  const attribute_change counted{event_count_attribute, attribute_update_type::accumulate,
                                 request.event_count};
  set_attribute(target, counted.id, changed(counted, target.attribute(counted.id)));
  target.wake();
}

store_status store_model::update_attribute(std::string_view name,
                                           const attribute_change& change) {
  const auto target = find(name);
  if (!target) return store_status::missing;
  if (target->sealed()) return store_status::sealed;
  const auto current = target->attribute(change.id);
  if (!allows(change, current)) return store_status::bad_condition;
  if (current == no_value && !takes_attributes(*target, 1)) return store_status::full;
  set_attribute(*target, change.id, changed(change, current));
  return store_status::ok;
}

store_status store_model::merge(std::string_view target_name, std::string_view source_name,
                                std::span<const attribute_change> changes) {
  const auto target = find(target_name);
  const auto source = find(source_name);
  if (!target || !source || target == source) return store_status::missing;
  if (target->sealed()) return store_status::sealed;
  // As 0.13: a transient segment that nothing was written to is gone when it is merged.
  if (source->length() == 0 && is_transient(source_name)) {
    remove(source_name);
    return store_status::missing;
  }
  for (const auto& change : changes) {
    if (!allows(change, target->attribute(change.id))) return store_status::bad_condition;
  }
  if (!takes_attributes(*target, changes.size())) return store_status::full;
  const auto moved = source->held_bytes();
  const auto before = target->held_bytes();
  target->append_from(*source, now_ms_);
  holds_other(*target, before, target->held_bytes());
  // As on a real server, they count for scaling by load.
  if (is_of_transaction(source_name)) target->events_appended_ += source->events_appended_;
  for (const auto& change : changes) {
    set_attribute(*target, change.id, changed(change, target->attribute(change.id)));
  }
  memory_.add(memory_use::events, moved);
  remove(source_name);
  target->wake();
  return store_status::ok;
}

// A reader that is woken may delete segments of its own connection.
void store_model::wake_moved() {
  for (const auto& [name, segment] : std::map{segments_})
    if (segment->parked() > 0) segment->wake_all();
}

std::vector<std::string> store_model::segment_names() const {
  std::vector<std::string> names;
  names.reserve(segments_.size());
  for (const auto& [name, segment] : segments_)
    names.push_back(name);
  return names;
}

}  // namespace pravega_sandbox
