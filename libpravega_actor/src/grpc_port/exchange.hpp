// One controller call in bytes: what is sent, and the judgement of what comes back.
#pragma once

#include "grpc_port/call_messages.hpp"
#include "grpc_port/messages.hpp"

namespace pravega_actor::internal {

/// The message of a request.
[[nodiscard]] grpc::ByteBuffer encode_request(const controller::request& call);

/// The reply to `call`, parsed and checked against it. This is the only way from bytes to a
/// reply: a call without its message and its check does not compile. Without memory for it the
/// error is out_of_memory: gRPC would drop what is thrown, and with it the call's answer.
[[nodiscard]] answer decode_reply(const controller::request& call,
                                  const grpc::ByteBuffer& bytes);

}  // namespace pravega_actor::internal
