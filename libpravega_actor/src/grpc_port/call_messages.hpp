// The two messages of each call: what is sent, and the judgement of what comes back. The
// functions of an area's calls stand in a file of their own: scope_messages.cpp and so on.
//
// Errors are bare: a code and what is wrong; the call's context comes later. Of the segments in
// a reply none comes twice, all belong to the stream that was asked about (unless the reply
// does not say), and ranges neither overlap nor leave gaps. Statuses that are not known, and
// empty lists where there must be something, are violations of the protocol.
#pragma once

#include <span>

#include "grpc_port/messages.hpp"
#include "pravega_actor/ports/controller_calls.hpp"

namespace pravega_actor::internal {

/// A reply in its own type, or why it counts for nothing.
using answer = result<controller::reply>;

// clang-format off
#define X(name, rpc, request_message, reply_message)                                    \
  [[nodiscard]] pb::request_message encode(const controller::name& call);               \
  [[nodiscard]] answer decode(const controller::name& call, const pb::reply_message& from); \
  /** The lists of the reply's message, with their limits. */                           \
  [[nodiscard]] std::span<const list_limit> lists_of(const controller::name& call);
PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
// clang-format on

}  // namespace pravega_actor::internal
