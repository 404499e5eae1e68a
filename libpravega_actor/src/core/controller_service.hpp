// The name of the controller's service on the wire, which belongs to Pravega.
#pragma once

#include <string>
#include <string_view>

namespace pravega_actor::internal {

inline constexpr std::string_view controller_service =
    "/io.pravega.controller.stream.api.grpc.v1.ControllerService/";

/// The path of an RPC, for example of "getURI".
[[nodiscard]] inline std::string controller_rpc_path(std::string_view rpc) {
  return std::string{controller_service}.append(rpc);
}

}  // namespace pravega_actor::internal
