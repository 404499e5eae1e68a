#include "server/grpc_service.hpp"

#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "core/controller_service.hpp"
#include "server/rpc_messages.hpp"

namespace pravega_sandbox {

namespace {

using bytes = ::grpc::ByteBuffer;
using pravega_actor::access_operation;

/// One RPC between bytes and the model's calls.
struct rpc {
  std::string_view name;
  struct asked {
    controller::request call;
    access_operation use = access_operation::unspecified;
  };
  /// Nothing if the bytes are not its message.
  std::optional<asked> (*read)(const bytes&);
  Status (*write)(const controller::request&, const result<controller::reply>&, bytes& out);
};

bool parse(bytes from, google::protobuf::MessageLite& into) {
  ::grpc::ProtoBufferReader reader{&from};
  return reader.status().ok() && into.ParseFromZeroCopyStream(&reader);
}

/// Only this message names a use that its call does not keep.
access_operation use_of(const proto::GetSegmentsRequest& from) {
  return access_of(from.streaminfo());
}
template <class Message>
access_operation use_of(const Message&) {
  return access_operation::unspecified;
}

template <class Call, class In, class Out>
constexpr rpc row(std::string_view name) {
  return {
      name,
      [](const bytes& from) -> std::optional<rpc::asked> {
        In message;
        if (!parse(from, message)) return std::nullopt;
        Call call;
        read(message, call);
        return rpc::asked{std::move(call), use_of(message)};
      },
      [](const controller::request& call, const result<controller::reply>& answer, bytes& out) {
        Out message;
        const auto status =
            write(call.get<Call>(), controller::reply_of<Call>(answer), message);
        const ::grpc::Slice slice{message.SerializeAsString()};
        out = bytes{&slice, 1};
        return status;
      }};
}

constexpr std::array rpcs{
#define X(name, rpc, request_message, reply_message) \
  row<controller::name, proto::request_message, proto::reply_message>(rpc),
    PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
    // The name that older clients use.
    row<controller::get_successors, proto::SegmentId, proto::SuccessorResponse>(
        "getSegmentsImmediatlyFollowing"),
};

const std::string authorization = "authorization";

Status status_of(access_refusal refused) {
  switch (refused) {
    case access_refusal::no_credentials:
      return {::grpc::StatusCode::UNAUTHENTICATED, "Authentication failed"};
    case access_refusal::wrong_credentials:
      return {::grpc::StatusCode::UNAUTHENTICATED, ""};
    case access_refusal::denied:
      return {::grpc::StatusCode::PERMISSION_DENIED, "Authorization failed"};
    case access_refusal::broken:
      return {::grpc::StatusCode::INTERNAL, "Internal exception occurred"};
    default:
      return {::grpc::StatusCode::UNKNOWN, ""};
  }
}

const rpc* find_rpc(std::string_view path) {
  const auto service = pravega_actor::internal::controller_service;
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
    const auto header = one.header(authorization);
    const auto shown = header.empty() ? std::nullopt : std::optional<std::string_view>{header};
    const auto answer = gate_.handle(request.call, shown, request.use);
    // As a real controller does: nobody should log trailers.
    if (answer.refused == access_refusal::wrong_credentials) one.repeat(authorization);
    if (answer.refused != access_refusal::none)
      return one.finish(status_of(answer.refused), {});
    bytes reply;
    const auto status = found->write(request.call, answer.reply, reply);
    one.finish(status, std::move(reply));
  });
}

}  // namespace pravega_sandbox
