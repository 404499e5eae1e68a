#include "server/rpc_messages.hpp"

namespace pravega_sandbox {

namespace {

Status write_ranges(const result<controller::segment_ranges>& answer,
                    const scoped_stream& stream, proto::SegmentRanges& out) {
  if (!answer) return failure(answer.error());
  for (const auto& segment : answer->segments)
    put(stream, segment, *out.add_segmentranges());
  out.set_delegationtoken(answer->delegation_token);
  return Status::OK;
}

}  // namespace

void read(const proto::StreamInfo& from, controller::get_current_segments& to) {
  to.stream = stream_of(from);
  to.access = access_of(from);
}

Status write(const controller::get_current_segments& call,
             const result<controller::get_current_segments::reply>& answer,
             proto::SegmentRanges& out) {
  return write_ranges(answer, call.stream, out);
}

void read(const proto::GetEpochSegmentsRequest& from, controller::get_epoch_segments& to) {
  to.stream = stream_of(from.streaminfo());
  to.epoch = from.epoch();
}

Status write(const controller::get_epoch_segments& call,
             const result<controller::get_epoch_segments::reply>& answer,
             proto::SegmentRanges& out) {
  return write_ranges(answer, call.stream, out);
}

// As the real controller, without regard to the time stamp.
void read(const proto::GetSegmentsRequest& from, controller::get_head_segments& to) {
  to.stream = stream_of(from.streaminfo());
}

Status write(const controller::get_head_segments& call,
             const result<controller::get_head_segments::reply>& answer,
             proto::SegmentsAtTime& out) {
  if (!answer) return failure(answer.error());
  for (const auto& [id, offset] : answer->offsets) {
    auto& location = *out.add_segments();
    put(call.stream, id, *location.mutable_segmentid());
    location.set_offset(offset);
  }
  out.set_delegationtoken(answer->delegation_token);
  return Status::OK;
}

void read(const proto::SegmentId& from, controller::get_successors& to) {
  to.of = segment_of(from);
}

Status write(const controller::get_successors& call,
             const result<controller::get_successors::reply>& answer,
             proto::SuccessorResponse& out) {
  if (!answer) return failure(answer.error());
  for (const auto& successor : answer->segments) {
    auto& entry = *out.add_segments();
    put(call.of.stream, successor.segment, *entry.mutable_segment());
    for (const auto id : successor.predecessors)
      entry.add_value(id.value());
  }
  out.set_delegationtoken(answer->delegation_token);
  return Status::OK;
}

void read(const proto::StreamCutRange& from, controller::get_segments_between& to) {
  to.stream = stream_of(from.streaminfo());
  to.from = offsets_of(from.from());
  to.to = offsets_of(from.to());
}

Status write(const controller::get_segments_between& call,
             const result<controller::get_segments_between::reply>& answer,
             proto::StreamCutRangeResponse& out) {
  if (!answer) return failure(answer.error());
  for (const auto id : answer->segments)
    put(call.stream, id, *out.add_segments());
  out.set_delegationtoken(answer->delegation_token);
  return Status::OK;
}

void read(const proto::SegmentId& from, controller::get_uri& to) {
  to.of = segment_of(from);
}

Status write(const controller::get_uri&, const result<controller::get_uri::reply>& answer,
             proto::NodeUri& out) {
  if (!answer) return failure(answer.error());
  put(*answer, out);
  return Status::OK;
}

void read(const proto::SegmentId& from, controller::is_segment_valid& to) {
  to.of = segment_of(from);
}

Status write(const controller::is_segment_valid&,
             const result<controller::is_segment_valid::reply>& answer,
             proto::SegmentValidityResponse& out) {
  if (!answer) return failure(answer.error());
  out.set_response(answer->exists);
  return Status::OK;
}

void read(const proto::StreamInfo& from, controller::get_delegation_token& to) {
  to.stream = stream_of(from);
  to.access = access_of(from);
}

Status write(const controller::get_delegation_token&,
             const result<controller::get_delegation_token::reply>& answer,
             proto::DelegationToken& out) {
  if (!answer) return failure(answer.error());
  out.set_delegationtoken(answer->text);
  return Status::OK;
}

}  // namespace pravega_sandbox
