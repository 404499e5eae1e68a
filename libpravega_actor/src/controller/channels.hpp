// One gRPC channel for each endpoint of the controller, and which one takes the next call.
#pragma once

#include <grpcpp/channel.h>

#include <atomic>
#include <memory>
#include <vector>

#include "controller.grpc.pb.h"
#include "controller/encode.hpp"
#include "pravega_actor/endpoint.hpp"

namespace pravega_actor::detail {

/// Thread-safe. Host names and addresses may be mixed, which one gRPC target cannot do.
class controller_channels {
 public:
  explicit controller_channels(const std::vector<endpoint>& endpoints);

  /// In turn over the endpoints that are connected; else over those that may become so.
  [[nodiscard]] pb::ControllerService::Stub& next();

 private:
  struct target {
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<pb::ControllerService::Stub> stub;
  };
  std::vector<target> targets_;
  std::atomic<std::size_t> turn_{0};
};

}  // namespace pravega_actor::detail
