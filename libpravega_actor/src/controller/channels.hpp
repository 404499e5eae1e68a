// One gRPC channel for each endpoint of the controller, and which one takes the next call.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <mutex>
#include <vector>

#include "controller.grpc.pb.h"
#include "controller/discovery.hpp"
#include "controller/encode.hpp"
#include "pravega_actor/endpoint.hpp"

namespace pravega_actor::detail {

/// Thread-safe. Host names and addresses may be mixed, which one gRPC target cannot do.
///
/// The configured endpoints are always there; what a controller told of further ones is
/// preferred to them while it can be reached.
class controller_channels {
 public:
  struct target {
    endpoint where;
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<pb::ControllerService::Stub> stub;
  };
  using target_pointer = std::shared_ptr<target>;

  /// `discovers`: a controller is to be asked for the others.
  controller_channels(const std::vector<endpoint>& configured, bool discovers);

  /// In turn over the endpoints that are connected; else over those that may become so. The
  /// caller holds the target until its call is over.
  [[nodiscard]] target_pointer next();

  /// Null unless controllers are to be discovered.
  [[nodiscard]] discovery_schedule* discovery() noexcept { return discovery_.get(); }
  /// Takes over a list of controllers; what stays in it stays connected. An empty one changes
  /// nothing.
  void discovered(const std::vector<endpoint>& servers);
  /// Those that were told last, in order.
  [[nodiscard]] std::vector<endpoint> told() const;

 private:
  using targets = std::vector<target_pointer>;
  [[nodiscard]] target_pointer target_for(const endpoint& where) const;

  mutable std::mutex mutex_;
  targets configured_;
  targets told_;
  std::size_t turn_ = 0;
  std::unique_ptr<discovery_schedule> discovery_;
};

}  // namespace pravega_actor::detail
