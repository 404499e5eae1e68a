// The TCP side of the sandbox's controller: accepts connections and hands them to gRPC.
#pragma once

#include <grpcpp/server_builder.h>
#include <sys/types.h>

#include <cstddef>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "server/tcp_acceptor.hpp"

namespace pravega_sandbox {

/// gRPC's own listener never accepts again once it was out of descriptors, and has no limit on
/// connections. Used on the thread of its io_context, except for `listen` and `open` before
/// that runs.
class controller_listener {
 public:
  /// Refuses connections above `connections_max`.
  controller_listener(asio::io_context& io, std::size_t connections_max);

  using server_side = std::unique_ptr<::grpc::experimental::ExternalConnectionAcceptor>;
  /// What takes connections over once the builder's server has started.
  [[nodiscard]] static server_side add_to(::grpc::ServerBuilder& builder,
                                          std::shared_ptr<::grpc::ServerCredentials> shown);
  /// Connections go there from now on. That server has started.
  void serve_with(server_side side) { server_side_ = std::move(side); }
  [[nodiscard]] pravega_actor::result<void> listen(const asio::ip::tcp::endpoint& address) {
    return acceptor_.listen(address);
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return acceptor_.address().port(); }
  /// True: connections are accepted, but nobody serves them. False: they are served.
  void stall(bool stalled);
  /// To be called before the server shuts down.
  void stop();
  /// Connections that gRPC has not closed.
  [[nodiscard]] std::size_t open();

 private:
  void take(int descriptor);
  void hand_over(int descriptor);
  void forget_closed();

  const std::size_t connections_max_;
  tcp_acceptor acceptor_;
  server_side server_side_;
  bool stalled_ = false;
  /// Descriptors of connections that nobody serves yet.
  std::vector<int> waiting_;
  /// By descriptor: the socket that it was when gRPC took it.
  std::map<int, ino_t> handed_over_;
};

}  // namespace pravega_sandbox
