#include "server/grpc_service.hpp"

#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "core/controller_service.hpp"
#include "server/grpc_mapping.hpp"

namespace pravega_sandbox {

namespace {

using bytes = ::grpc::ByteBuffer;

/// One RPC between bytes and the model's calls.
struct rpc {
  std::string_view name;
  /// Nothing if the bytes are not its message.
  std::optional<controller::request> (*read)(const bytes&);
  Status (*write)(const controller::request&, const result<controller::reply>&, bytes& out);
};

bool parse(bytes from, google::protobuf::MessageLite& into) {
  ::grpc::ProtoBufferReader reader{&from};
  return reader.status().ok() && into.ParseFromZeroCopyStream(&reader);
}

/// Some messages name the stream or the scope of their request.
template <class Answer, class Call, class Message>
Status fill_for(const Call& call, const Answer& answer, Message& out) {
  if constexpr (requires { fill(answer, call.stream, out); })
    return fill(answer, call.stream, out);
  else if constexpr (requires { fill(answer, call.of.stream, out); })
    return fill(answer, call.of.stream, out);
  else if constexpr (requires { fill(answer, call.scope, out); })
    return fill(answer, call.scope, out);
  else
    return fill(answer, out);
}

template <class In, class Out, auto Read>
constexpr rpc row(std::string_view name) {
  return {
      name,
      [](const bytes& from) -> std::optional<controller::request> {
        In message;
        if (!parse(from, message)) return std::nullopt;
        return controller::request{Read(message)};
      },
      [](const controller::request& call, const result<controller::reply>& answer, bytes& out) {
        using asked = decltype(Read(In{}));
        Out message;
        const auto status =
            fill_for(call.get<asked>(), controller::reply_of<asked>(answer), message);
        const ::grpc::Slice slice{message.SerializeAsString()};
        out = bytes{&slice, 1};
        return status;
      }};
}

namespace c = controller;
namespace p = proto;
// clang-format off
constexpr std::array rpcs{
    row<p::ServerRequest, p::ServerResponse, [](const auto&) { return c::get_controller_servers{}; }>("getControllerServerList"),
    row<p::ScopeInfo, p::CreateScopeStatus, [](const auto& in) { return c::create_scope{in.scope()}; }>("createScope"),
    row<p::ScopesRequest, p::ScopesResponse, [](const auto& in) { return c::list_scopes{in.continuationtoken().token()}; }>("listScopes"),
    row<p::ScopeInfo, p::ExistsResponse, [](const auto& in) { return c::check_scope{in.scope()}; }>("checkScopeExists"),
    row<p::ScopeInfo, p::DeleteScopeStatus, [](const auto& in) { return c::delete_scope{in.scope(), false}; }>("deleteScope"),
    row<p::ScopeInfo, p::DeleteScopeStatus, [](const auto& in) { return c::delete_scope{in.scope(), true}; }>("deleteScopeRecursive"),
    row<p::StreamConfig, p::CreateStreamStatus, [](const auto& in) { return c::create_stream{stream_of(in.streaminfo()), config_of(in)}; }>("createStream"),
    row<p::StreamConfig, p::UpdateStreamStatus, [](const auto& in) { return c::update_stream{stream_of(in.streaminfo()), config_of(in)}; }>("updateStream"),
    row<p::StreamCut, p::UpdateStreamStatus, [](const auto& in) { return c::truncate_stream{cut_of(in)}; }>("truncateStream"),
    row<p::StreamInfo, p::UpdateStreamStatus, [](const auto& in) { return c::seal_stream{stream_of(in)}; }>("sealStream"),
    row<p::StreamInfo, p::DeleteStreamStatus, [](const auto& in) { return c::delete_stream{stream_of(in)}; }>("deleteStream"),
    row<p::StreamInfo, p::ExistsResponse, [](const auto& in) { return c::check_stream{stream_of(in)}; }>("checkStreamExists"),
    row<p::StreamInfo, p::StreamConfig, [](const auto& in) { return c::get_stream_config{stream_of(in)}; }>("getStreamConfiguration"),
    row<p::StreamsInScopeRequest, p::StreamsInScopeResponse, [](const auto& in) { return c::list_streams{in.scope().scope(), "", in.continuationtoken().token()}; }>("listStreamsInScope"),
    row<p::StreamsInScopeWithTagRequest, p::StreamsInScopeResponse, [](const auto& in) { return c::list_streams{in.scope().scope(), in.tag(), in.continuationtoken().token()}; }>("listStreamsInScopeForTag"),
    row<p::StreamInfo, p::SegmentRanges, [](const auto& in) { return c::get_current_segments{stream_of(in), {}}; }>("getCurrentSegments"),
    row<p::GetEpochSegmentsRequest, p::SegmentRanges, [](const auto& in) { return c::get_epoch_segments{stream_of(in.streaminfo()), in.epoch()}; }>("getEpochSegments"),
    // As the real controller, without regard to the time stamp.
    row<p::GetSegmentsRequest, p::SegmentsAtTime, [](const auto& in) { return c::get_head_segments{stream_of(in.streaminfo())}; }>("getSegments"),
    row<p::SegmentId, p::SuccessorResponse, [](const auto& in) { return c::get_successors{segment_of(in)}; }>("getSegmentsImmediatlyFollowing"),
    row<p::SegmentId, p::SuccessorResponse, [](const auto& in) { return c::get_successors{segment_of(in)}; }>("getSegmentsImmediatelyFollowing"),
    row<p::StreamCutRange, p::StreamCutRangeResponse, [](const auto& in) { return c::get_segments_between{stream_of(in.streaminfo()), offsets_of(in.from()), offsets_of(in.to())}; }>("getSegmentsBetween"),
    row<p::ScaleRequest, p::ScaleResponse, [](const auto& in) { return scale_of(in); }>("scale"),
    row<p::ScaleStatusRequest, p::ScaleStatusResponse, [](const auto& in) { return c::check_scale{stream_of(in.streaminfo()), in.epoch()}; }>("checkScale"),
    row<p::SegmentId, p::NodeUri, [](const auto& in) { return c::get_uri{segment_of(in)}; }>("getURI"),
    row<p::SegmentId, p::SegmentValidityResponse, [](const auto& in) { return c::is_segment_valid{segment_of(in)}; }>("isSegmentValid"),
    row<p::StreamCut, p::StreamCutValidityResponse, [](const auto& in) { return c::is_stream_cut_valid{cut_of(in)}; }>("isStreamCutValid"),
    row<p::StreamInfo, p::DelegationToken, [](const auto& in) { return c::get_delegation_token{stream_of(in), {}}; }>("getDelegationToken"),
    row<p::TimestampFromWriter, p::TimestampResponse, [](const auto& in) { return c::note_time{in.writer(), cut_of(in.position()), in.timestamp()}; }>("noteTimestampFromWriter"),
    row<p::RemoveWriterRequest, p::RemoveWriterResponse, [](const auto& in) { return c::remove_writer{in.writer(), stream_of(in.stream())}; }>("removeWriter"),
};
// clang-format on

const rpc* find_rpc(std::string_view path) {
  const auto service = pravega_actor::detail::controller_service;
  if (!path.starts_with(service)) return nullptr;
  const auto found = std::find_if(
      rpcs.begin(), rpcs.end(),
      [name = path.substr(service.size())](const rpc& each) { return each.name == name; });
  return found == rpcs.end() ? nullptr : &*found;
}

}  // namespace

void grpc_service::serve(call& one) {
  const auto* const found = find_rpc(one.path());
  if (found == nullptr) return one.finish({::grpc::StatusCode::UNIMPLEMENTED, ""}, {});
  auto asked = found->read(one.request());
  if (!asked) {
    return one.finish({::grpc::StatusCode::INVALID_ARGUMENT, "not a message of this call"}, {});
  }
  ++calls_;
  post_([this, &one, found, request = std::move(*asked)] {
    bytes reply;
    const auto status = found->write(request, model_.handle(request), reply);
    one.finish(status, std::move(reply));
  });
}

}  // namespace pravega_sandbox
