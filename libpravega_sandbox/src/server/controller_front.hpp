// The controller's side to the network: its listener, and gRPC's servers behind it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "controller/access_gate.hpp"
#include "pravega_sandbox/certificates.hpp"
#include "server/controller_listener.hpp"
#include "server/grpc_service.hpp"

namespace pravega_sandbox {

/// A server of gRPC keeps its certificate. So a new one needs another server, which takes the
/// new connections over; the old ones keep theirs. Used on the thread of its io_context, except
/// for `open` before that runs, and `end`.
class controller_front {
 public:
  using poster = std::function<void(grpc_service::job)>;
  /// `bytes_max`: of each server of gRPC.
  controller_front(asio::io_context& io, access_gate& gate, poster post, std::size_t bytes_max);

  /// Without a certificate: no TLS.
  [[nodiscard]] result<void> open(const asio::ip::tcp::endpoint& address,
                                  const certificate* shown);
  /// New connections get this certificate. limit_exceeded after
  /// `server_limits::certificates_max`.
  [[nodiscard]] result<void> show(const certificate& shown);
  void stall_handshakes(bool stalled) { listener_.stall(stalled); }
  [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }
  [[nodiscard]] std::uint64_t calls() const;
  /// To be called before `end`.
  void stop_listening() { listener_.stop(); }
  /// Ends all servers, while the thread still answers calls. False: one does not end, and what
  /// it uses must be kept.
  [[nodiscard]] bool end();

 private:
  struct member {
    std::unique_ptr<grpc_service> service;
    std::unique_ptr<::grpc::Server> server;
  };
  [[nodiscard]] result<void> start_server(const certificate* shown);

  access_gate& gate_;
  const poster post_;
  const std::size_t bytes_max_;
  controller_listener listener_;
  std::vector<member> members_;
};

}  // namespace pravega_sandbox
