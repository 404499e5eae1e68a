#include "core/controller_service.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("the path of an RPC is the one that a Pravega controller serves") {
  CHECK(internal::controller_rpc_path("getURI") ==
        "/io.pravega.controller.stream.api.grpc.v1.ControllerService/getURI");
}
