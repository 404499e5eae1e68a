// The two messages of each RPC: what is asked, and what is answered. The functions of an area's
// RPCs stand in a file of their own: scope_rpcs.cpp and so on.
#pragma once

#include "server/rpc_fields.hpp"

namespace pravega_sandbox {

// clang-format off
/// `read` takes a request's message apart. `write` fills the reply's message from an answer;
/// failures stand in the message's own status where it has one that fits, else in the returned
/// status.
#define X(name, rpc, request_message, reply_message)                                 \
  void read(const proto::request_message& from, controller::name& to);               \
  [[nodiscard]] Status write(const controller::name& call,                           \
                             const result<controller::name::reply>& answer,          \
                             proto::reply_message& out);
PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
// clang-format on

}  // namespace pravega_sandbox
