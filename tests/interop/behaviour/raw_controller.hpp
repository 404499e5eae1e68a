// The controller's gRPC service itself, for statuses that the controller port joins.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>

#include "interop/behaviour/server_under_test.hpp"
#include "support/controller_rpcs.hpp"

namespace pravega_actor::behaviour {

namespace pb = test::rpcs::pb;
namespace stub = test::rpcs;

template <class Reply>
struct raw_answer {
  grpc::StatusCode code = grpc::StatusCode::OK;
  Reply reply;
};

/// One call of one RPC, for example `&stub::scale`.
template <class Request, class Reply>
raw_answer<Reply> raw_call(const test::rpc<Request, Reply>* rpc, const Request& request) {
  static const auto channel =
      grpc::CreateChannel(server().controller.to_string(), grpc::InsecureChannelCredentials());
  raw_answer<Reply> answer;
  answer.code =
      test::call_rpc(channel, rpc->name, request, answer.reply, call_timeout).error_code();
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
