// One gRPC channel for each address of the controller.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "grpc_port/channel_choice.hpp"
#include "grpc_port/channel_credentials.hpp"
#include "grpc_port/discovery.hpp"
#include "grpc_port/name_addresses.hpp"
#include "pravega_actor/endpoint.hpp"

namespace pravega_actor::internal {

/// Thread-safe. Host names and addresses may be mixed, which one gRPC target cannot do.
///
/// The configured endpoints are always there. Further endpoints that a controller named are
/// preferred while they can be reached. Each address of a name has a channel of its own, so
/// that an address that never answers can be avoided. Until the name is looked up, and if the
/// look-up fails, gRPC chooses among the addresses.
class controller_channels {
 public:
  struct target {
    /// As configured, or as a controller named it.
    endpoint where;
    /// The address that is connected to; the same as `where` if that is one, or until it is
    /// looked up.
    endpoint at;
    std::shared_ptr<grpc::Channel> channel;
    grpc::GenericStub stub;
    /// Of the address: it outlives its channels. `controller_channels` guards it.
    std::shared_ptr<channel_health> health;
    /// It has had a call. `controller_channels` guards it.
    bool used = false;
    channel_credentials::pointer credentials{};
  };
  using target_pointer = std::shared_ptr<target>;

  /// `discovers`: a controller is to be asked for the others. A connection that owes an answer
  /// and is silent for the liveness timeout is given up.
  controller_channels(const std::vector<endpoint>& configured, bool discovers,
                      duration liveness_timeout, look_up_function look_up = look_up_host,
                      channel_credentials credentials = {});

  /// The channel for the next call. The caller holds the target until its call is over, and
  /// says how it ended.
  [[nodiscard]] target_pointer next(time_point now);
  /// The target sent something: a reply, or an error.
  void answered(const target& from, time_point now);
  /// A call to the target that began at `began` ran out of its time. `peer`: the address that
  /// gRPC says it went to, or "".
  void unanswered(const target& from, const std::string& peer, time_point began,
                  time_point now);

  /// The target answered what others may answer otherwise.
  void doubted(const target& from, time_point now);
  /// Controllers that calls may go to: for each endpoint the addresses that do not fail, but at
  /// least one.
  [[nodiscard]] std::size_t count() const;

  [[nodiscard]] bool secure() const noexcept { return secure_; }
  /// Null unless controllers are to be discovered.
  [[nodiscard]] discovery_schedule* discovery() noexcept { return discovery_.get(); }
  /// Takes over a list of controllers; what stays in it stays connected. An empty one changes
  /// nothing.
  void discovered(const std::vector<endpoint>& servers);

 private:
  using targets = std::vector<target_pointer>;
  [[nodiscard]] target_pointer connect_to(const endpoint& where, const endpoint& at,
                                          std::shared_ptr<channel_health> health);
  [[nodiscard]] target_pointer target_for(const endpoint& where, const endpoint& at);
  /// One for each known address of the endpoint.
  [[nodiscard]] targets targets_for(const endpoint& where);
  void look_up_names(const std::vector<channel_view>& seen, time_point now);
  /// What was replaced is to be let go without the lock.
  [[nodiscard]] targets use_new_addresses();
  /// Connects anew where a channel fails and was made with other files. What was replaced is to
  /// be let go without the lock.
  [[nodiscard]] targets use_new_credentials();
  [[nodiscard]] std::vector<channel_view> look(time_point now) const;
  [[nodiscard]] targets all() const;

  const duration liveness_timeout_;
  const bool secure_;
  name_addresses names_;
  mutable std::mutex mutex_;
  channel_credentials credentials_;
  targets configured_;
  targets told_;
  std::uint64_t addresses_version_ = 0;
  /// An address that swallowed a call while gRPC chose among those of a name.
  struct silence {
    std::string target;
    time_point began;
    time_point now;
  };
  void note_silence(silence of);
  std::optional<silence> silence_;
  /// gRPC's threads end with the last channel that has made a call, and crash where one of them
  /// lets that channel go. Calls let go what was given up: so one such channel stays.
  target_pointer first_given_up_;
  std::size_t turn_ = 0;
  std::unique_ptr<discovery_schedule> discovery_;
};

}  // namespace pravega_actor::internal
