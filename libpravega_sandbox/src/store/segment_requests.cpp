#include "store/segment_requests.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace pravega_sandbox {

bool segment_requests::missing(std::int64_t request_id, const std::string& segment) {
  return context_.replies.add(wire::no_such_segment{request_id, segment, {}, -1});
}

bool segment_requests::sealed(std::int64_t request_id, const std::string& segment) {
  return context_.replies.add(wire::segment_is_sealed{request_id, segment, {}, -1});
}

bool segment_requests::serves(std::int64_t request_id, const std::string& segment,
                              bool& goes_on) {
  goes_on = true;
  if (context_.serves(segment)) return true;
  goes_on = context_.replies.add(wire::wrong_host{request_id, segment, {}, {}});
  return false;
}

bool segment_requests::handle(const wire::get_stream_segment_info& request) {
  bool goes_on = true;
  if (!admits(request, goes_on)) return goes_on;
  const auto target = context_.store.find(request.segment);
  if (!target) return missing(request.request_id, request.segment);
  return context_.replies.add(wire::stream_segment_info{
      request.request_id, request.segment, true, target->sealed(), false,
      target->last_modified_ms(), target->length(), target->start_offset()});
}

bool segment_requests::handle(const wire::create_segment& request) {
  bool goes_on = true;
  if (!admits(request, goes_on)) return goes_on;
  switch (context_.store.create(request.segment)) {
    case store_status::ok:
      set_policy(request.segment, request.scale_type, request.target_rate);
      set(request.segment, rollover_size_attribute, request.rollover_size_bytes);
      return context_.replies.add(wire::segment_created{request.request_id, request.segment});
    case store_status::exists:
      return context_.replies.add(
          wire::segment_already_exists{request.request_id, request.segment, {}});
    default:
      return false;
  }
}

bool segment_requests::handle(const wire::seal_segment& request) {
  bool goes_on = true;
  if (!admits(request, goes_on)) return goes_on;
  const auto status = context_.store.seal(request.segment);
  if (status == store_status::missing) return missing(request.request_id, request.segment);
  if (status == store_status::sealed) return sealed(request.request_id, request.segment);
  return context_.replies.add(wire::segment_sealed{request.request_id, request.segment});
}

bool segment_requests::handle(const wire::delete_segment& request) {
  bool goes_on = true;
  if (!admits(request, goes_on)) return goes_on;
  if (context_.store.remove(request.segment) == store_status::missing) {
    return missing(request.request_id, request.segment);
  }
  return context_.replies.add(wire::segment_deleted{request.request_id, request.segment});
}

// The controller scales by its own record of the policy: here it is only kept.
void segment_requests::set_policy(const std::string& segment, std::int8_t type,
                                  std::int32_t rate) {
  set(segment, scale_policy_type_attribute, type);
  set(segment, scale_policy_rate_attribute, rate);
}

void segment_requests::set(const std::string& segment, const uuid& attribute,
                           std::int64_t value) {
  (void)context_.store.update_attribute(segment,
                                        {attribute, attribute_update_type::replace, value});
}

bool segment_requests::handle(const wire::update_segment_policy& request) {
  bool goes_on = true;
  if (!admits(request, goes_on)) return goes_on;
  const auto target = context_.store.find(request.segment);
  if (!target) return missing(request.request_id, request.segment);
  if (target->sealed()) return sealed(request.request_id, request.segment);
  set_policy(request.segment, request.scale_type, request.target_rate);
  return context_.replies.add(
      wire::segment_policy_updated{request.request_id, request.segment});
}

bool segment_requests::handle(const wire::get_segment_attribute& request) {
  bool goes_on = true;
  if (!admits(request, goes_on)) return goes_on;
  const auto target = context_.store.find(request.segment);
  if (!target) return missing(request.request_id, request.segment);
  return context_.replies.add(
      wire::segment_attribute{request.request_id, target->attribute(request.attribute_id)});
}

bool segment_requests::handle(const wire::update_segment_attribute& request) {
  bool goes_on = true;
  if (!admits(request, goes_on)) return goes_on;
  const auto status = context_.store.update_attribute(
      request.segment, {request.attribute_id, attribute_update_type::replace_if_equals,
                        request.new_value, request.expected_value});
  switch (status) {
    case store_status::missing:
      return missing(request.request_id, request.segment);
    case store_status::sealed:
      return sealed(request.request_id, request.segment);
    case store_status::full:
      return false;
    default:
      return context_.replies.add(
          wire::segment_attribute_updated{request.request_id, status == store_status::ok});
  }
}

bool segment_requests::handle(const wire::truncate_segment& request) {
  bool goes_on = true;
  if (!admits(request, goes_on)) return goes_on;
  auto& replies = context_.replies;
  if (request.offset < 0) {
    return replies.add(wire::error_message{request.request_id, request.segment,
                                           "offset must not be negative",
                                           wire::message_error::illegal_argument});
  }
  const auto target = context_.store.find(request.segment);
  if (!target) {
    return replies.add(
        wire::no_such_segment{request.request_id, request.segment, {}, request.offset});
  }
  if (context_.store.truncate(request.segment, request.offset) == store_status::bad_offset) {
    return context_.replies.add(wire::segment_is_truncated{
        request.request_id, request.segment, target->start_offset(), {}, request.offset});
  }
  return context_.replies.add(wire::segment_truncated{request.request_id, request.segment});
}

// As 0.13, without a look at the token.
bool segment_requests::handle(const wire::create_transient_segment& request) {
  bool goes_on = true;
  if (!serves(request.request_id, request.parent_segment, goes_on)) return goes_on;
  auto name = context_.store.create_transient(request.parent_segment, request.writer_id);
  if (!name) return false;
  transients_.insert(*name);
  return context_.replies.add(wire::segment_created{request.request_id, std::move(*name)});
}

bool segment_requests::handle(const wire::merge_segments& request) {
  bool goes_on = true;
  if (!context_.allows(request.delegation_token, request.source, permission::read,
                       request.request_id, goes_on))
    return goes_on;
  if (!serves(request.request_id, request.target, goes_on)) return goes_on;
  std::vector<attribute_change> changes;
  for (const auto& update : request.updates) {
    if (update.update_type < 0 || update.update_type > 4) return false;
    changes.push_back({update.attribute_id,
                       static_cast<attribute_update_type>(update.update_type), update.new_value,
                       update.old_value});
  }
  const auto target = context_.store.find(request.target);
  switch (context_.store.merge(request.target, request.source, changes)) {
    case store_status::ok:
      transients_.erase(request.source);
      return context_.replies.add(wire::segments_merged{request.request_id, request.target,
                                                        request.source, target->length()});
    case store_status::missing:
      return missing(request.request_id, request.source);
    // As 0.13, whichever of the two it is about.
    case store_status::sealed:
      return sealed(request.request_id, request.source);
    case store_status::bad_condition:
      return context_.replies.add(wire::segment_attribute_updated{request.request_id, false});
    default:
      return false;
  }
}

bool segment_requests::handle(const wire::merge_segments_batch& request) {
  bool goes_on = true;
  const auto allowed = [&](const std::string& segment, permission needed) {
    return context_.allows(request.delegation_token, segment, needed, request.request_id,
                           goes_on);
  };
  if (!allowed(request.target, permission::read_update)) return goes_on;
  for (const auto& source : request.sources)
    if (!allowed(source, permission::read)) return goes_on;
  if (!serves(request.request_id, request.target, goes_on)) return goes_on;
  const auto target = context_.store.find(request.target);
  if (!target) return missing(request.request_id, request.target);
  if (target->sealed()) return sealed(request.request_id, request.target);
  std::set<std::string_view> seen{request.target};
  for (const auto& source : request.sources) {
    const bool usable = context_.store.find(source) && seen.insert(source).second;
    if (!usable) return missing(request.request_id, source);
  }
  wire::segments_batch_merged reply{request.request_id, request.target, {}};
  for (const auto& source : request.sources) {
    (void)context_.store.merge(request.target, source, {});
    transients_.erase(source);
    reply.sources.push_back({source, target->length()});
  }
  return context_.replies.add(reply);
}

void segment_requests::clear() {
  for (const auto& name : std::exchange(transients_, {}))
    context_.store.remove(name);
}

}  // namespace pravega_sandbox
