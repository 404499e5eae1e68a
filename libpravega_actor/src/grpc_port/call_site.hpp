// What the errors of one controller call say about it.
#pragma once

#include <string>
#include <string_view>

#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/secret.hpp"

namespace grpc {
class Status;
}

namespace pravega_actor::internal {

/// One call, as errors describe it.
struct call_site {
  std::string_view rpc;
  /// "host:port[,host:port]".
  std::string controller;
  /// The scope, stream or segment of the request, or "".
  std::string subject;
  /// What the controller wants the user to be allowed; see `needed_permission`.
  std::string permission;
  /// What gRPC's NOT_FOUND and ALREADY_EXISTS mean here.
  errc missing;
  errc existing;
  /// The `authorization` that was sent.
  secret sent = {};
};

[[nodiscard]] call_site site_of(const controller::request& call, std::string controller);

/// Adds stage, RPC, address and subject to an error.
[[nodiscard]] error in_context(const error& bare, const call_site& at);

/// The error for a gRPC status that is not OK. `cancelled_here`: we cancelled the call
/// ourselves. The error never has the authorization in it, even if the controller sends it
/// back.
[[nodiscard]] error from_status(const grpc::Status& status, const call_site& at,
                                bool cancelled_here);

}  // namespace pravega_actor::internal
