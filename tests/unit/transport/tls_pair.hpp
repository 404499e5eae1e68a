// A connection over TLS with a server of the test at its other end.
#pragma once

#include <thread>

#include "support/tls_files.hpp"
#include "support/tls_server.hpp"
#include "test_peer.hpp"

namespace pravega_actor::test {

/// The client's side of a try to connect to whoever listens.
struct tls_attempt {
  tls_attempt(const listener& to, const tls_settings& settings, const std::string& host,
              duration timeout = std::chrono::seconds{20})
      : port{*make_tls_connection_port(settings)},
        link{port->connect(to.address(host), timeout, handler)} {}

  std::shared_ptr<recorder> handler = std::make_shared<recorder>();
  std::shared_ptr<connection_port> port;
  std::shared_ptr<connection> link;
};

/// Both sides, connected.
struct tls_pair {
  explicit tls_pair(const test_pki& pki, const tls_server& of,
                    const std::string& host = "localhost")
      : tls_pair{of, pki.trusting(), host} {}
  tls_pair(const tls_server& of, const tls_settings& settings,
           const std::string& host = "localhost")
      : client{server, settings, host}, socket{server.accept()}, end{of, socket.number()} {
    up = end.accept() && client.handler->wait_connected();
  }

  listener server;
  tls_attempt client;
  descriptor socket;
  tls_server_end end;
  bool up = false;
};

/// What became of a connection to a server that may refuse it.
[[nodiscard]] inline error refusal_of(const tls_server& by, const tls_settings& settings,
                                      const std::string& host = "localhost") {
  const listener server;
  const tls_attempt client{server, settings, host};
  std::thread serving{[&] {
    const auto socket = server.accept();
    const tls_server_end end{by, socket.number()};
    if (end.accept()) (void)end.read_exactly(1);
  }};
  (void)client.handler->wait_closed();
  serving.join();
  const auto seen = client.handler->now();
  return seen.closed.empty() ? error{errc::internal_error, "connected"} : seen.closed.front();
}

}  // namespace pravega_actor::test
