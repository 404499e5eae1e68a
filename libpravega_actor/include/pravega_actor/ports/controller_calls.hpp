// All calls to the controller, from one table per area. A new call needs a struct and a row in
// an area's header, its two messages in grpc_port/ and in the sandbox's server, and its effect
// in the sandbox's model.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "pravega_actor/export.hpp"
#include "pravega_actor/one_of.hpp"
#include "pravega_actor/ports/call_replies.hpp"
#include "pravega_actor/ports/reader_group_calls.hpp"
#include "pravega_actor/ports/scope_calls.hpp"
#include "pravega_actor/ports/segment_calls.hpp"
#include "pravega_actor/ports/stream_calls.hpp"
#include "pravega_actor/ports/transaction_calls.hpp"
#include "pravega_actor/ports/watermark_calls.hpp"
#include "pravega_actor/result.hpp"

/// The rows of all areas.
#define PRAVEGA_ACTOR_CONTROLLER_CALLS(X) \
  PRAVEGA_ACTOR_SCOPE_CALLS(X)            \
  PRAVEGA_ACTOR_STREAM_CALLS(X)           \
  PRAVEGA_ACTOR_SEGMENT_CALLS(X)          \
  PRAVEGA_ACTOR_READER_GROUP_CALLS(X)     \
  PRAVEGA_ACTOR_TRANSACTION_CALLS(X)      \
  PRAVEGA_ACTOR_WATERMARK_CALLS(X)

namespace PRAVEGA_ACTOR_API pravega_actor {

namespace controller {

/// The types of all requests.
struct request_set {
  enum class position : std::uint8_t {
#define X(name, rpc, request_message, reply_message) name,
    PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
  };
};
/// The types of all replies.
struct reply_set {
  enum class position : std::uint8_t {
#define X(name, type) name,
    PRAVEGA_ACTOR_CONTROLLER_REPLIES(X)
#undef X
  };
};

}  // namespace controller

#define X(name, rpc, request_message, reply_message)                            \
  template <>                                                                   \
  inline constexpr int position_in<controller::request_set, controller::name> = \
      static_cast<int>(controller::request_set::position::name);
PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
#define X(name, type)                                             \
  template <>                                                     \
  inline constexpr int position_in<controller::reply_set, type> = \
      static_cast<int>(controller::reply_set::position::name);
PRAVEGA_ACTOR_CONTROLLER_REPLIES(X)
#undef X

namespace controller {

/// Any request.
using request = one_of<request_set>;
/// Any reply.
using reply = one_of<reply_set>;

/// Calls `f` with the request in its own type.
template <class F>
decltype(auto) visit(F&& f, const request& call) {
  switch (static_cast<request_set::position>(call.position())) {
#define X(name, rpc, request_message, reply_message) \
  case request_set::position::name:                  \
    return std::forward<F>(f)(call.get<name>());
    PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
  }
  __builtin_unreachable();
}

/// The reply to a `Request` in its own type, or the error; internal_error if the reply has
/// another type.
template <class Request>
[[nodiscard]] result<typename Request::reply> reply_of(const result<reply>& got) {
  if (!got) return got.error();
  const auto* const held = got->template get_if<typename Request::reply>();
  if (held == nullptr)
    return error{errc::internal_error, "the controller's reply has another type"};
  return *held;
}

/// The name of the RPC, for example "getCurrentSegments".
[[nodiscard]] std::string_view name_of(const request& call) noexcept;

}  // namespace controller

}  // namespace pravega_actor
