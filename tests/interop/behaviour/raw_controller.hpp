// The controller's gRPC service itself, for statuses that the controller port joins.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>

#include "controller.grpc.pb.h"
#include "interop/behaviour/server_under_test.hpp"

namespace pravega_actor::behaviour {

namespace pb = ::io::pravega::controller::stream::api::grpc::v1;

template <class Reply>
struct raw_answer {
  grpc::StatusCode code = grpc::StatusCode::OK;
  Reply reply;
};

/// One call of one RPC, for example `&pb::ControllerService::Stub::scale`.
template <class Request, class Reply>
raw_answer<Reply> raw_call(grpc::Status (pb::ControllerService::Stub::*rpc)(
                               grpc::ClientContext*, const Request&, Reply*),
                           const Request& request) {
  static const auto stub = pb::ControllerService::NewStub(
      grpc::CreateChannel(server().controller.to_string(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + call_timeout);
  raw_answer<Reply> answer;
  answer.code = (stub.get()->*rpc)(&context, request, &answer.reply).error_code();
  return answer;
}

inline pb::StreamInfo info_of(const scoped_stream& stream) {
  pb::StreamInfo info;
  info.set_scope(stream.scope);
  info.set_stream(stream.stream);
  return info;
}

inline pb::SegmentId id_of(const scoped_stream& stream, segment_id id) {
  pb::SegmentId of;
  *of.mutable_streaminfo() = info_of(stream);
  of.set_segmentid(id.value());
  return of;
}

}  // namespace pravega_actor::behaviour
