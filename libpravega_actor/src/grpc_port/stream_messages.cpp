#include <algorithm>
#include <array>
#include <cmath>

#include "grpc_port/call_messages.hpp"
#include "grpc_port/fields.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {
namespace {

using namespace controller;  // NOLINT: the calls and replies

constexpr std::array config_lists{
    list_limit{{4, 1}, false, limits::reply_tags_max, "reply_tags_max"}};

constexpr std::array scale_lists{
    list_limit{{2}, false, limits::stream_segments_max, "stream_segments_max"}};

errc code_of(pb::CreateStreamStatus::Status status) {
  switch (status) {
    case pb::CreateStreamStatus::FAILURE:
      return plain_failure;
    case pb::CreateStreamStatus::STREAM_EXISTS:
      return errc::stream_exists;
    case pb::CreateStreamStatus::SCOPE_NOT_FOUND:
      return errc::scope_not_found;
    case pb::CreateStreamStatus::INVALID_STREAM_NAME:
      return errc::invalid_name;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::UpdateStreamStatus::Status status) {
  switch (status) {
    case pb::UpdateStreamStatus::FAILURE:
      return plain_failure;
    case pb::UpdateStreamStatus::STREAM_NOT_FOUND:
      return errc::stream_not_found;
    case pb::UpdateStreamStatus::SCOPE_NOT_FOUND:
      return errc::scope_not_found;
    case pb::UpdateStreamStatus::STREAM_SEALED:
      return errc::stream_sealed;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::DeleteStreamStatus::Status status) {
  switch (status) {
    case pb::DeleteStreamStatus::FAILURE:
      return plain_failure;
    case pb::DeleteStreamStatus::STREAM_NOT_FOUND:
      return errc::stream_not_found;
    case pb::DeleteStreamStatus::STREAM_NOT_SEALED:
      return errc::stream_not_sealed;
    default:
      return errc::protocol_violation;
  }
}

errc code_of(pb::ScaleStatusResponse::ScaleStatus status) {
  switch (status) {
    case pb::ScaleStatusResponse::INVALID_INPUT:
      return errc::invalid_argument;
    case pb::ScaleStatusResponse::INTERNAL_ERROR:
      return errc::controller_failure;
    default:
      return errc::protocol_violation;
  }
}

void put_policy(const scaling_policy& from, pb::ScalingPolicy& to) {
  switch (from.type) {
    case scaling_policy::kind::fixed:
      to.set_scaletype(pb::ScalingPolicy::FIXED_NUM_SEGMENTS);
      break;
    case scaling_policy::kind::by_kilobytes_per_s:
      to.set_scaletype(pb::ScalingPolicy::BY_RATE_IN_KBYTES_PER_SEC);
      break;
    case scaling_policy::kind::by_events_per_s:
      to.set_scaletype(pb::ScalingPolicy::BY_RATE_IN_EVENTS_PER_SEC);
      break;
  }
  to.set_targetrate(from.target_rate);
  to.set_scalefactor(from.scale_factor);
  to.set_minnumsegments(from.segments_min);
}

pb::StreamConfig config_of(const scoped_stream& stream, const stream_config& from) {
  pb::StreamConfig to;
  put(stream, *to.mutable_streaminfo());
  put_policy(from.scaling, *to.mutable_scalingpolicy());
  // No policy at all is how "keep everything" is said.
  if (from.retention.type != retention_policy::kind::none) {
    auto& policy = *to.mutable_retentionpolicy();
    policy.set_retentiontype(from.retention.type == retention_policy::kind::by_time_ms
                                 ? pb::RetentionPolicy::TIME
                                 : pb::RetentionPolicy::SIZE);
    policy.set_retentionparam(from.retention.parameter);
    policy.set_retentionmax(from.retention.maximum);
  }
  for (const auto& tag : from.tags)
    to.mutable_tags()->add_tag(tag);
  to.set_timestampaggregationtimeout(from.timestamp_aggregation_timeout_ms);
  to.set_rolloversizebytes(from.rollover_size_bytes);
  return to;
}

answer updated(const pb::UpdateStreamStatus& from) {
  if (from.status() == pb::UpdateStreamStatus::SUCCESS) return reply{done{}};
  return refusal(code_of(from.status()), pb::UpdateStreamStatus::Status_Name(from.status()));
}

result<scaling_policy> scaling_of(const pb::ScalingPolicy& from) {
  scaling_policy to;
  switch (from.scaletype()) {
    case pb::ScalingPolicy::FIXED_NUM_SEGMENTS:
      to.type = scaling_policy::kind::fixed;
      break;
    case pb::ScalingPolicy::BY_RATE_IN_KBYTES_PER_SEC:
      to.type = scaling_policy::kind::by_kilobytes_per_s;
      break;
    case pb::ScalingPolicy::BY_RATE_IN_EVENTS_PER_SEC:
      to.type = scaling_policy::kind::by_events_per_s;
      break;
    default:
      return violation("unknown type of scaling policy");
  }
  // Every stream has a segment; a message without content has none.
  if (from.minnumsegments() < 1 || from.targetrate() < 0 || from.scalefactor() < 0)
    return violation("a number of the scaling policy is not valid");
  to.target_rate = from.targetrate();
  to.scale_factor = from.scalefactor();
  to.segments_min = from.minnumsegments();
  return to;
}

result<retention_policy> retention_of(const pb::RetentionPolicy& from) {
  retention_policy to;
  switch (from.retentiontype()) {
    case pb::RetentionPolicy::UNKNOWN:
      return to;
    case pb::RetentionPolicy::TIME:
      to.type = retention_policy::kind::by_time_ms;
      break;
    case pb::RetentionPolicy::SIZE:
      to.type = retention_policy::kind::by_size_bytes;
      break;
    default:
      return violation("unknown type of retention policy");
  }
  if (from.retentionparam() < 0 || from.retentionmax() < 0)
    return violation("a number of the retention policy is negative");
  to.parameter = from.retentionparam();
  to.maximum = from.retentionmax();
  return to;
}

/// The new segments of a scale are those that were asked for.
result<void> check_scaled(const scale_stream& call, const scale_started& started) {
  if (started.epoch < 0) return violation("an epoch is negative");
  std::vector<segment_id> ids;
  auto wanted = call.ranges;
  std::sort(wanted.begin(), wanted.end(),
            [](const auto& a, const auto& b) { return a.low < b.low; });
  bool same = wanted.size() == started.segments.size();
  for (std::size_t i = 0; same && i < wanted.size(); ++i) {
    const auto& [id, range] = started.segments[i];
    same = std::abs(range.low - wanted[i].low) <= range_tolerance &&
           std::abs(range.high - wanted[i].high) <= range_tolerance && id.epoch > started.epoch;
    ids.push_back(id);
  }
  if (!same) return violation("the new segments are not those that were asked for");
  return check_distinct(std::move(ids));
}

}  // namespace

pb::StreamConfig encode(const create_stream& call) {
  return config_of(call.stream, call.config);
}
answer decode(const create_stream&, const pb::CreateStreamStatus& from) {
  if (from.status() == pb::CreateStreamStatus::SUCCESS) return reply{creation{true}};
  if (from.status() == pb::CreateStreamStatus::STREAM_EXISTS) return reply{creation{false}};
  return refusal(code_of(from.status()), pb::CreateStreamStatus::Status_Name(from.status()));
}
std::span<const list_limit> lists_of(const create_stream&) {
  return {};
}

pb::StreamConfig encode(const update_stream& call) {
  return config_of(call.stream, call.config);
}
answer decode(const update_stream&, const pb::UpdateStreamStatus& from) {
  return updated(from);
}
std::span<const list_limit> lists_of(const update_stream&) {
  return {};
}

pb::StreamCut encode(const truncate_stream& call) {
  return cut_of(call.cut);
}
answer decode(const truncate_stream&, const pb::UpdateStreamStatus& from) {
  return updated(from);
}
std::span<const list_limit> lists_of(const truncate_stream&) {
  return {};
}

pb::StreamInfo encode(const seal_stream& call) {
  return info(call.stream);
}
answer decode(const seal_stream&, const pb::UpdateStreamStatus& from) {
  return updated(from);
}
std::span<const list_limit> lists_of(const seal_stream&) {
  return {};
}

pb::StreamInfo encode(const delete_stream& call) {
  return info(call.stream);
}
answer decode(const delete_stream&, const pb::DeleteStreamStatus& from) {
  if (from.status() == pb::DeleteStreamStatus::SUCCESS) return reply{deletion{true}};
  if (from.status() == pb::DeleteStreamStatus::STREAM_NOT_FOUND) return reply{deletion{false}};
  return refusal(code_of(from.status()), pb::DeleteStreamStatus::Status_Name(from.status()));
}
std::span<const list_limit> lists_of(const delete_stream&) {
  return {};
}

pb::StreamInfo encode(const check_stream& call) {
  return info(call.stream);
}
answer decode(const check_stream&, const pb::ExistsResponse& from) {
  return reply{existence{from.exists()}};
}
std::span<const list_limit> lists_of(const check_stream&) {
  return {};
}

pb::StreamInfo encode(const get_stream_config& call) {
  return info(call.stream);
}
answer decode(const get_stream_config& call, const pb::StreamConfig& from) {
  if (auto same = check_stream_of(from.streaminfo(), call.stream); !same) return same.error();
  const auto scaling = scaling_of(from.scalingpolicy());
  if (!scaling) return scaling.error();
  const auto retention = retention_of(from.retentionpolicy());
  if (!retention) return retention.error();
  const bool negative = from.timestampaggregationtimeout() < 0 || from.rolloversizebytes() < 0;
  if (negative) return violation("a time or a size is negative");
  return reply{stream_config{*scaling,
                             *retention,
                             {from.tags().tag().begin(), from.tags().tag().end()},
                             from.timestampaggregationtimeout(),
                             from.rolloversizebytes()}};
}
std::span<const list_limit> lists_of(const get_stream_config&) {
  return config_lists;
}

pb::ScaleRequest encode(const scale_stream& call) {
  pb::ScaleRequest to;
  put(call.stream, *to.mutable_streaminfo());
  for (const auto& id : call.sealed)
    to.add_sealedsegments(id.value());
  for (const auto& range : call.ranges) {
    auto& entry = *to.add_newkeyranges();
    entry.set_start(range.low);
    entry.set_end(range.high);
  }
  to.set_scaletimestamp(call.time_ms);
  return to;
}
answer decode(const scale_stream& call, const pb::ScaleResponse& from) {
  switch (from.status()) {
    case pb::ScaleResponse::STARTED:
      break;
    case pb::ScaleResponse::FAILURE:
      // Also where another scale is under way, or the controller cannot reach what it keeps.
      return refusal(errc::controller_failure, "FAILURE");
    case pb::ScaleResponse::PRECONDITION_FAILED:
    default:
      return refusal(errc::precondition_failed,
                     pb::ScaleResponse::ScaleStreamStatus_Name(from.status()));
  }
  auto sorted = ranges_of(from.segments(), call.stream);
  if (!sorted) return sorted.error();
  scale_started to{std::move(*sorted), from.epoch()};
  if (auto checked = check_scaled(call, to); !checked) return checked.error();
  return reply{std::move(to)};
}
std::span<const list_limit> lists_of(const scale_stream&) {
  return scale_lists;
}

pb::ScaleStatusRequest encode(const check_scale& call) {
  pb::ScaleStatusRequest to;
  put(call.stream, *to.mutable_streaminfo());
  to.set_epoch(call.epoch);
  return to;
}
answer decode(const check_scale&, const pb::ScaleStatusResponse& from) {
  switch (from.status()) {
    case pb::ScaleStatusResponse::IN_PROGRESS:
      return reply{scale_state::in_progress};
    case pb::ScaleStatusResponse::SUCCESS:
      return reply{scale_state::success};
    default:
      return refusal(code_of(from.status()),
                     pb::ScaleStatusResponse::ScaleStatus_Name(from.status()));
  }
}
std::span<const list_limit> lists_of(const check_scale&) {
  return {};
}

pb::StreamCut encode(const is_stream_cut_valid& call) {
  return cut_of(call.cut);
}
answer decode(const is_stream_cut_valid&, const pb::StreamCutValidityResponse& from) {
  return reply{existence{from.response()}};
}
std::span<const list_limit> lists_of(const is_stream_cut_valid&) {
  return {};
}

}  // namespace pravega_actor::internal
