#include "server/rpc_messages.hpp"

namespace pravega_sandbox {

using pravega_actor::retention_policy;
using pravega_actor::scaling_policy;

namespace {

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

Status write_update(const result<controller::done>& answer, proto::UpdateStreamStatus& out) {
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

}  // namespace

void read(const proto::StreamConfig& from, controller::create_stream& to) {
  to.stream = stream_of(from.streaminfo());
  to.config = config_of(from);
}

Status write(const controller::create_stream&,
             const result<controller::create_stream::reply>& answer,
             proto::CreateStreamStatus& out) {
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

void read(const proto::StreamConfig& from, controller::update_stream& to) {
  to.stream = stream_of(from.streaminfo());
  to.config = config_of(from);
}

Status write(const controller::update_stream&,
             const result<controller::update_stream::reply>& answer,
             proto::UpdateStreamStatus& out) {
  return write_update(answer, out);
}

void read(const proto::StreamCut& from, controller::truncate_stream& to) {
  to.cut = cut_of(from);
}

Status write(const controller::truncate_stream&,
             const result<controller::truncate_stream::reply>& answer,
             proto::UpdateStreamStatus& out) {
  return write_update(answer, out);
}

void read(const proto::StreamInfo& from, controller::seal_stream& to) {
  to.stream = stream_of(from);
}

Status write(const controller::seal_stream&,
             const result<controller::seal_stream::reply>& answer,
             proto::UpdateStreamStatus& out) {
  return write_update(answer, out);
}

void read(const proto::StreamInfo& from, controller::delete_stream& to) {
  to.stream = stream_of(from);
}

Status write(const controller::delete_stream&,
             const result<controller::delete_stream::reply>& answer,
             proto::DeleteStreamStatus& out) {
  using status = proto::DeleteStreamStatus;
  if (answer) {
    out.set_status(answer->deleted ? status::SUCCESS : status::STREAM_NOT_FOUND);
  } else {
    const bool open = answer.error() == errc::stream_not_sealed;
    out.set_status(open ? status::STREAM_NOT_SEALED : status::FAILURE);
  }
  return Status::OK;
}

void read(const proto::StreamInfo& from, controller::check_stream& to) {
  to.stream = stream_of(from);
}

Status write(const controller::check_stream&,
             const result<controller::check_stream::reply>& answer,
             proto::ExistsResponse& out) {
  if (!answer) return failure(answer.error());
  out.set_exists(answer->exists);
  return Status::OK;
}

void read(const proto::StreamInfo& from, controller::get_stream_config& to) {
  to.stream = stream_of(from);
}

Status write(const controller::get_stream_config& call,
             const result<controller::get_stream_config::reply>& answer,
             proto::StreamConfig& out) {
  if (!answer) return failure(answer.error());
  put(call.stream, *out.mutable_streaminfo());
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

void read(const proto::ScaleRequest& from, controller::scale_stream& to) {
  to.stream = stream_of(from.streaminfo());
  for (const auto id : from.sealedsegments())
    to.sealed.push_back(segment_id::from_value(id));
  for (const auto& range : from.newkeyranges())
    to.ranges.push_back({range.start(), range.end()});
  to.time_ms = from.scaletimestamp();
}

Status write(const controller::scale_stream& call,
             const result<controller::scale_stream::reply>& answer, proto::ScaleResponse& out) {
  using status = proto::ScaleResponse;
  if (!answer) {
    const bool refused = answer.error() == errc::precondition_failed;
    out.set_status(refused ? status::PRECONDITION_FAILED : status::FAILURE);
    return Status::OK;
  }
  out.set_status(status::STARTED);
  for (const auto& segment : answer->segments)
    put(call.stream, segment, *out.add_segments());
  out.set_epoch(answer->epoch);
  return Status::OK;
}

void read(const proto::ScaleStatusRequest& from, controller::check_scale& to) {
  to.stream = stream_of(from.streaminfo());
  to.epoch = from.epoch();
}

Status write(const controller::check_scale&,
             const result<controller::check_scale::reply>& answer,
             proto::ScaleStatusResponse& out) {
  using status = proto::ScaleStatusResponse;
  if (answer) {
    out.set_status(*answer == controller::scale_state::success ? status::SUCCESS
                                                               : status::IN_PROGRESS);
  } else {
    out.set_status(status::INVALID_INPUT);
  }
  return Status::OK;
}

void read(const proto::StreamCut& from, controller::is_stream_cut_valid& to) {
  to.cut = cut_of(from);
}

Status write(const controller::is_stream_cut_valid&,
             const result<controller::is_stream_cut_valid::reply>& answer,
             proto::StreamCutValidityResponse& out) {
  if (!answer) return failure(answer.error());
  out.set_response(answer->exists);
  return Status::OK;
}

}  // namespace pravega_sandbox
