// One gRPC channel for each endpoint of the controller.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <memory>
#include <mutex>
#include <vector>

#include "grpc_port/channel_choice.hpp"
#include "grpc_port/discovery.hpp"
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
    grpc::GenericStub stub;
    /// Of the endpoint: it outlives its channels. `controller_channels` guards it.
    std::shared_ptr<channel_health> health;
  };
  using target_pointer = std::shared_ptr<target>;

  /// `discovers`: a controller is to be asked for the others. A connection that owes an answer
  /// and is silent for the liveness timeout is given up.
  controller_channels(const std::vector<endpoint>& configured, bool discovers,
                      duration liveness_timeout);

  /// The channel for the next call. The caller holds the target until its call is over, and
  /// says how it ended.
  [[nodiscard]] target_pointer next(time_point now);
  /// The target sent something: a reply, or an error.
  void answered(const target& from, time_point now);
  /// A call to the target that began at `began` ran out of its time.
  void unanswered(const target& from, time_point began, time_point now);

  /// The target answered what others may answer otherwise.
  void doubted(const target& from, time_point now);
  /// Different endpoints that calls may go to.
  [[nodiscard]] std::size_t count() const;

  /// Null unless controllers are to be discovered.
  [[nodiscard]] discovery_schedule* discovery() noexcept { return discovery_.get(); }
  /// Takes over a list of controllers; what stays in it stays connected. An empty one changes
  /// nothing.
  void discovered(const std::vector<endpoint>& servers);

 private:
  using targets = std::vector<target_pointer>;
  [[nodiscard]] target_pointer connect_to(const endpoint& where,
                                          std::shared_ptr<channel_health> health) const;
  [[nodiscard]] target_pointer target_for(const endpoint& where) const;

  const duration liveness_timeout_;
  mutable std::mutex mutex_;
  targets configured_;
  targets told_;
  /// gRPC's threads end with the last channel that has made a call, and crash where one of them
  /// lets that channel go. Calls let go what was given up: so one such channel stays.
  target_pointer first_given_up_;
  std::size_t turn_ = 0;
  std::unique_ptr<discovery_schedule> discovery_;
};

}  // namespace pravega_actor::detail
