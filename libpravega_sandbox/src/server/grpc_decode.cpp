// Protobuf messages to calls.
#include "server/grpc_mapping.hpp"

namespace pravega_sandbox {

using pravega_actor::retention_policy;
using pravega_actor::scaling_policy;

scoped_stream stream_of(const proto::StreamInfo& info) {
  return {info.scope(), info.stream()};
}

pravega_actor::segment segment_of(const proto::SegmentId& id) {
  return {stream_of(id.streaminfo()), segment_id::from_value(id.segmentid())};
}

stream_config config_of(const proto::StreamConfig& message) {
  stream_config config;
  const auto& scaling = message.scalingpolicy();
  if (scaling.scaletype() == proto::ScalingPolicy::BY_RATE_IN_KBYTES_PER_SEC) {
    config.scaling.type = scaling_policy::kind::by_kilobytes_per_s;
  } else if (scaling.scaletype() == proto::ScalingPolicy::BY_RATE_IN_EVENTS_PER_SEC) {
    config.scaling.type = scaling_policy::kind::by_events_per_s;
  }
  config.scaling.target_rate = scaling.targetrate();
  config.scaling.scale_factor = scaling.scalefactor();
  config.scaling.segments_min = scaling.minnumsegments();
  const auto& retention = message.retentionpolicy();
  if (retention.retentiontype() == proto::RetentionPolicy::TIME) {
    config.retention.type = retention_policy::kind::by_time_ms;
  } else if (retention.retentiontype() == proto::RetentionPolicy::SIZE) {
    config.retention.type = retention_policy::kind::by_size_bytes;
  }
  config.retention.parameter = retention.retentionparam();
  config.retention.maximum = retention.retentionmax();
  config.tags.assign(message.tags().tag().begin(), message.tags().tag().end());
  config.timestamp_aggregation_timeout_ms = message.timestampaggregationtimeout();
  config.rollover_size_bytes = message.rolloversizebytes();
  return config;
}

cut_offsets offsets_of(const google::protobuf::Map<std::int64_t, std::int64_t>& cut) {
  cut_offsets offsets;
  for (const auto& [id, offset] : cut)
    offsets[segment_id::from_value(id)] = offset;
  return offsets;
}

pravega_actor::stream_cut cut_of(const proto::StreamCut& message) {
  return {stream_of(message.streaminfo()), offsets_of(message.cut())};
}

controller::scale_stream scale_of(const proto::ScaleRequest& message) {
  controller::scale_stream call{
      stream_of(message.streaminfo()), {}, {}, message.scaletimestamp()};
  for (const auto id : message.sealedsegments()) {
    call.sealed.push_back(segment_id::from_value(id));
  }
  for (const auto& range : message.newkeyranges()) {
    call.ranges.push_back({range.start(), range.end()});
  }
  return call;
}

}  // namespace pravega_sandbox
