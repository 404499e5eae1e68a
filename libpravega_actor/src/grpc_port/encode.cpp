#include "grpc_port/encode.hpp"

namespace pravega_actor::detail {
namespace {

using namespace controller;  // NOLINT: the requests

void put(const scoped_stream& from, pb::StreamInfo& to) {
  to.set_scope(from.scope);
  to.set_stream(from.stream);
}

pb::StreamInfo info(const scoped_stream& stream) {
  pb::StreamInfo to;
  put(stream, to);
  return to;
}

pb::StreamInfo::AccessOperation access_of(access_operation access) {
  switch (access) {
    case access_operation::unspecified:
      break;
    case access_operation::none:
      return pb::StreamInfo::NONE;
    case access_operation::any:
      return pb::StreamInfo::ANY;
    case access_operation::read:
      return pb::StreamInfo::READ;
    case access_operation::write:
      return pb::StreamInfo::WRITE;
    case access_operation::read_write:
      return pb::StreamInfo::READ_WRITE;
  }
  return pb::StreamInfo::UNSPECIFIED;
}

pb::StreamInfo info(const scoped_stream& stream, access_operation access) {
  auto to = info(stream);
  to.set_accessoperation(access_of(access));
  return to;
}

pb::ScopeInfo scope_info(const std::string& scope) {
  pb::ScopeInfo to;
  to.set_scope(scope);
  return to;
}

pb::SegmentId segment_of(const segment& from) {
  pb::SegmentId to;
  put(from.stream, *to.mutable_streaminfo());
  to.set_segmentid(from.id.value());
  return to;
}

void put(const std::map<segment_id, std::int64_t>& from,
         google::protobuf::Map<std::int64_t, std::int64_t>& to) {
  for (const auto& [id, offset] : from)
    to[id.value()] = offset;
}

pb::StreamCut cut_of(const stream_cut& from) {
  pb::StreamCut to;
  put(from.stream, *to.mutable_streaminfo());
  put(from.offsets, *to.mutable_cut());
  return to;
}

void put(const scaling_policy& from, pb::ScalingPolicy& to) {
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
  put(from.scaling, *to.mutable_scalingpolicy());
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

}  // namespace

pb::ServerRequest encode(const get_controller_servers&) {
  return {};
}
pb::ScopeInfo encode(const create_scope& call) {
  return scope_info(call.scope);
}
pb::ScopeInfo encode(const delete_scope& call) {
  return scope_info(call.scope);
}
pb::ScopeInfo encode(const check_scope& call) {
  return scope_info(call.scope);
}

pb::ScopesRequest encode(const list_scopes& call) {
  pb::ScopesRequest to;
  to.mutable_continuationtoken()->set_token(call.token);
  return to;
}

pb::StreamConfig encode(const create_stream& call) {
  return config_of(call.stream, call.config);
}
pb::StreamConfig encode(const update_stream& call) {
  return config_of(call.stream, call.config);
}
pb::StreamCut encode(const truncate_stream& call) {
  return cut_of(call.cut);
}
pb::StreamInfo encode(const seal_stream& call) {
  return info(call.stream);
}
pb::StreamInfo encode(const delete_stream& call) {
  return info(call.stream);
}
pb::StreamInfo encode(const check_stream& call) {
  return info(call.stream);
}
pb::StreamInfo encode(const get_stream_config& call) {
  return info(call.stream);
}

pb::StreamsInScopeRequest encode_all(const list_streams& call) {
  pb::StreamsInScopeRequest to;
  to.mutable_scope()->set_scope(call.scope);
  to.mutable_continuationtoken()->set_token(call.token);
  return to;
}

pb::StreamsInScopeWithTagRequest encode_tagged(const list_streams& call) {
  pb::StreamsInScopeWithTagRequest to;
  to.mutable_scope()->set_scope(call.scope);
  to.set_tag(call.tag);
  to.mutable_continuationtoken()->set_token(call.token);
  return to;
}

pb::StreamInfo encode(const get_current_segments& call) {
  return info(call.stream, call.access);
}

pb::GetEpochSegmentsRequest encode(const get_epoch_segments& call) {
  pb::GetEpochSegmentsRequest to;
  put(call.stream, *to.mutable_streaminfo());
  to.set_epoch(call.epoch);
  return to;
}

pb::GetSegmentsRequest encode(const get_head_segments& call) {
  pb::GetSegmentsRequest to;
  put(call.stream, *to.mutable_streaminfo());
  return to;
}

pb::SegmentId encode(const get_successors& call) {
  return segment_of(call.of);
}

pb::StreamCutRange encode(const get_segments_between& call) {
  pb::StreamCutRange to;
  put(call.stream, *to.mutable_streaminfo());
  put(call.from, *to.mutable_from());
  put(call.to, *to.mutable_to());
  return to;
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

pb::ScaleStatusRequest encode(const check_scale& call) {
  pb::ScaleStatusRequest to;
  put(call.stream, *to.mutable_streaminfo());
  to.set_epoch(call.epoch);
  return to;
}

pb::SegmentId encode(const get_uri& call) {
  return segment_of(call.of);
}
pb::SegmentId encode(const is_segment_valid& call) {
  return segment_of(call.of);
}
pb::StreamCut encode(const is_stream_cut_valid& call) {
  return cut_of(call.cut);
}
pb::StreamInfo encode(const get_delegation_token& call) {
  return info(call.stream, call.access);
}

pb::TimestampFromWriter encode(const note_time& call) {
  pb::TimestampFromWriter to;
  to.set_writer(call.writer);
  *to.mutable_position() = cut_of(call.position);
  to.set_timestamp(call.time);
  return to;
}

pb::RemoveWriterRequest encode(const remove_writer& call) {
  pb::RemoveWriterRequest to;
  to.set_writer(call.writer);
  put(call.stream, *to.mutable_stream());
  return to;
}

}  // namespace pravega_actor::detail
