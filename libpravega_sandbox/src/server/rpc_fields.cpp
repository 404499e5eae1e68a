#include "server/rpc_fields.hpp"

#include <string>

namespace pravega_sandbox {

using pravega_actor::access_operation;
using pravega_actor::error;

scoped_stream stream_of(const proto::StreamInfo& info) {
  return {info.scope(), info.stream()};
}

access_operation access_of(const proto::StreamInfo& info) {
  switch (info.accessoperation()) {
    case proto::StreamInfo::UNSPECIFIED:
      return access_operation::unspecified;
    case proto::StreamInfo::NONE:
      return access_operation::none;
    case proto::StreamInfo::READ:
      return access_operation::read;
    case proto::StreamInfo::WRITE:
      return access_operation::write;
    case proto::StreamInfo::READ_WRITE:
      return access_operation::read_write;
    default:
      return access_operation::any;
  }
}

pravega_actor::segment segment_of(const proto::SegmentId& id) {
  return {stream_of(id.streaminfo()), segment_id::from_value(id.segmentid())};
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

void put(const pravega_actor::endpoint& from, proto::NodeUri& out) {
  out.set_endpoint(from.host);
  out.set_port(from.port);
}

}  // namespace pravega_sandbox
