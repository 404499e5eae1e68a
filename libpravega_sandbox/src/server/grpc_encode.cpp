// Answers to protobuf messages.
#include <string>

#include "server/grpc_mapping.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::error;
using pravega_actor::retention_policy;
using pravega_actor::scaling_policy;

Status failure(const error& why) {
  auto text = std::string{pravega_actor::describe(why.code())};
  if (!why.subject().empty()) text += ": " + why.subject();
  if (!why.detail().empty()) text += ": " + why.detail();
  switch (why.code()) {
    case errc::stream_not_found:
    case errc::scope_not_found:
      return {::grpc::StatusCode::NOT_FOUND, text};
    case errc::controller_failure:
      return {::grpc::StatusCode::UNAVAILABLE, text};
    case errc::limit_exceeded:
      return {::grpc::StatusCode::OUT_OF_RANGE, text};
    default:
      return {::grpc::StatusCode::INVALID_ARGUMENT, text};
  }
}

void put(const scoped_stream& stream, proto::StreamInfo& out) {
  out.set_scope(stream.scope);
  out.set_stream(stream.stream);
}

void put(const scoped_stream& stream, segment_id id, proto::SegmentId& out) {
  put(stream, *out.mutable_streaminfo());
  out.set_segmentid(id.value());
}

void put(const scoped_stream& stream, const segment_with_range& segment,
         proto::SegmentRange& out) {
  put(stream, segment.id, *out.mutable_segmentid());
  out.set_minkey(segment.range.low);
  out.set_maxkey(segment.range.high);
}

}  // namespace

Status fill(const result<std::vector<pravega_actor::endpoint>>& answer,
            proto::ServerResponse& out) {
  if (!answer) return failure(answer.error());
  for (const auto& each : *answer) {
    auto& node = *out.add_nodeuri();
    node.set_endpoint(each.host);
    node.set_port(each.port);
  }
  return Status::OK;
}

Status fill(const result<controller::creation>& answer, proto::CreateScopeStatus& out) {
  using status = proto::CreateScopeStatus;
  if (answer) {
    out.set_status(answer->created ? status::SUCCESS : status::SCOPE_EXISTS);
  } else {
    const bool bad_name = answer.error() == errc::invalid_name;
    out.set_status(bad_name ? status::INVALID_SCOPE_NAME : status::FAILURE);
  }
  return Status::OK;
}

Status fill(const result<controller::creation>& answer, proto::CreateStreamStatus& out) {
  using status = proto::CreateStreamStatus;
  if (answer) {
    out.set_status(answer->created ? status::SUCCESS : status::STREAM_EXISTS);
  } else if (answer.error() == errc::invalid_name) {
    out.set_status(status::INVALID_STREAM_NAME);
  } else if (answer.error() == errc::scope_not_found) {
    out.set_status(status::SCOPE_NOT_FOUND);
  } else {
    out.set_status(status::FAILURE);
  }
  return Status::OK;
}

Status fill(const result<controller::deletion>& answer, proto::DeleteScopeStatus& out) {
  using status = proto::DeleteScopeStatus;
  if (answer) {
    out.set_status(answer->deleted ? status::SUCCESS : status::SCOPE_NOT_FOUND);
  } else {
    const bool in_use = answer.error() == errc::scope_not_empty;
    out.set_status(in_use ? status::SCOPE_NOT_EMPTY : status::FAILURE);
  }
  return Status::OK;
}

Status fill(const result<controller::deletion>& answer, proto::DeleteStreamStatus& out) {
  using status = proto::DeleteStreamStatus;
  if (answer) {
    out.set_status(answer->deleted ? status::SUCCESS : status::STREAM_NOT_FOUND);
  } else {
    const bool open = answer.error() == errc::stream_not_sealed;
    out.set_status(open ? status::STREAM_NOT_SEALED : status::FAILURE);
  }
  return Status::OK;
}

Status fill(const result<controller::done>& answer, proto::UpdateStreamStatus& out) {
  using status = proto::UpdateStreamStatus;
  if (answer) {
    out.set_status(status::SUCCESS);
  } else if (answer.error() == errc::stream_not_found) {
    out.set_status(status::STREAM_NOT_FOUND);
  } else if (answer.error() == errc::scope_not_found) {
    out.set_status(status::SCOPE_NOT_FOUND);
  } else if (answer.error() == errc::stream_sealed) {
    out.set_status(status::STREAM_SEALED);
  } else {
    out.set_status(status::FAILURE);
  }
  return Status::OK;
}

Status fill(const result<controller::existence>& answer, proto::ExistsResponse& out) {
  if (!answer) return failure(answer.error());
  out.set_exists(answer->exists);
  return Status::OK;
}

Status fill(const result<controller::existence>& answer, proto::SegmentValidityResponse& out) {
  if (!answer) return failure(answer.error());
  out.set_response(answer->exists);
  return Status::OK;
}

Status fill(const result<controller::existence>& answer,
            proto::StreamCutValidityResponse& out) {
  if (!answer) return failure(answer.error());
  out.set_response(answer->exists);
  return Status::OK;
}

Status fill(const result<controller::name_page>& answer, proto::ScopesResponse& out) {
  if (!answer) return failure(answer.error());
  out.mutable_scopes()->Assign(answer->names.begin(), answer->names.end());
  out.mutable_continuationtoken()->set_token(answer->token);
  return Status::OK;
}

Status fill(const result<controller::name_page>& answer, const std::string& scope,
            proto::StreamsInScopeResponse& out) {
  using status = proto::StreamsInScopeResponse;
  if (!answer) {
    const bool missing = answer.error() == errc::scope_not_found;
    out.set_status(missing ? status::SCOPE_NOT_FOUND : status::FAILURE);
    return Status::OK;
  }
  for (const auto& name : answer->names)
    put({scope, name}, *out.add_streams());
  out.mutable_continuationtoken()->set_token(answer->token);
  return Status::OK;
}

Status fill(const result<stream_config>& answer, const scoped_stream& stream,
            proto::StreamConfig& out) {
  if (!answer) return failure(answer.error());
  put(stream, *out.mutable_streaminfo());
  auto& scaling = *out.mutable_scalingpolicy();
  if (answer->scaling.type == scaling_policy::kind::by_kilobytes_per_s) {
    scaling.set_scaletype(proto::ScalingPolicy::BY_RATE_IN_KBYTES_PER_SEC);
  } else if (answer->scaling.type == scaling_policy::kind::by_events_per_s) {
    scaling.set_scaletype(proto::ScalingPolicy::BY_RATE_IN_EVENTS_PER_SEC);
  }
  scaling.set_targetrate(answer->scaling.target_rate);
  scaling.set_scalefactor(answer->scaling.scale_factor);
  scaling.set_minnumsegments(answer->scaling.segments_min);
  auto& retention = *out.mutable_retentionpolicy();
  if (answer->retention.type == retention_policy::kind::by_time_ms) {
    retention.set_retentiontype(proto::RetentionPolicy::TIME);
  } else if (answer->retention.type == retention_policy::kind::by_size_bytes) {
    retention.set_retentiontype(proto::RetentionPolicy::SIZE);
  }
  retention.set_retentionparam(answer->retention.parameter);
  retention.set_retentionmax(answer->retention.maximum);
  out.mutable_tags()->mutable_tag()->Assign(answer->tags.begin(), answer->tags.end());
  out.set_timestampaggregationtimeout(answer->timestamp_aggregation_timeout_ms);
  out.set_rolloversizebytes(answer->rollover_size_bytes);
  return Status::OK;
}

Status fill(const result<controller::segment_ranges>& answer, const scoped_stream& stream,
            proto::SegmentRanges& out) {
  if (!answer) return failure(answer.error());
  for (const auto& segment : answer->segments)
    put(stream, segment, *out.add_segmentranges());
  out.set_delegationtoken(answer->delegation_token);
  return Status::OK;
}

Status fill(const result<controller::segment_offsets>& answer, const scoped_stream& stream,
            proto::SegmentsAtTime& out) {
  if (!answer) return failure(answer.error());
  for (const auto& [id, offset] : answer->offsets) {
    auto& location = *out.add_segments();
    put(stream, id, *location.mutable_segmentid());
    location.set_offset(offset);
  }
  out.set_delegationtoken(answer->delegation_token);
  return Status::OK;
}

Status fill(const result<controller::successors>& answer, const scoped_stream& stream,
            proto::SuccessorResponse& out) {
  if (!answer) return failure(answer.error());
  for (const auto& successor : answer->segments) {
    auto& entry = *out.add_segments();
    put(stream, successor.segment, *entry.mutable_segment());
    for (const auto id : successor.predecessors)
      entry.add_value(id.value());
  }
  out.set_delegationtoken(answer->delegation_token);
  return Status::OK;
}

Status fill(const result<controller::segment_list>& answer, const scoped_stream& stream,
            proto::StreamCutRangeResponse& out) {
  if (!answer) return failure(answer.error());
  for (const auto id : answer->segments)
    put(stream, id, *out.add_segments());
  out.set_delegationtoken(answer->delegation_token);
  return Status::OK;
}

Status fill(const result<controller::scale_started>& answer, const scoped_stream& stream,
            proto::ScaleResponse& out) {
  using status = proto::ScaleResponse;
  if (!answer) {
    const bool refused = answer.error() == errc::precondition_failed;
    out.set_status(refused ? status::PRECONDITION_FAILED : status::FAILURE);
    return Status::OK;
  }
  out.set_status(status::STARTED);
  for (const auto& segment : answer->segments)
    put(stream, segment, *out.add_segments());
  out.set_epoch(answer->epoch);
  return Status::OK;
}

Status fill(const result<controller::scale_state>& answer, proto::ScaleStatusResponse& out) {
  using status = proto::ScaleStatusResponse;
  if (answer) {
    out.set_status(*answer == controller::scale_state::success ? status::SUCCESS
                                                               : status::IN_PROGRESS);
  } else {
    out.set_status(status::INVALID_INPUT);
  }
  return Status::OK;
}

Status fill(const result<pravega_actor::endpoint>& answer, proto::NodeUri& out) {
  if (!answer) return failure(answer.error());
  out.set_endpoint(answer->host);
  out.set_port(answer->port);
  return Status::OK;
}

Status fill(const result<controller::token>& answer, proto::DelegationToken& out) {
  if (!answer) return failure(answer.error());
  out.set_delegationtoken(answer->text);
  return Status::OK;
}

Status fill(const result<controller::done>& answer, proto::TimestampResponse& out) {
  if (!answer) return failure(answer.error());
  out.set_result(proto::TimestampResponse::SUCCESS);
  return Status::OK;
}

Status fill(const result<controller::deletion>& answer, proto::RemoveWriterResponse& out) {
  using status = proto::RemoveWriterResponse;
  if (!answer) return failure(answer.error());
  out.set_result(answer->deleted ? status::SUCCESS : status::UNKNOWN_WRITER);
  return Status::OK;
}

}  // namespace pravega_sandbox
