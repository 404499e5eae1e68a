// The connection port: byte streams to segment stores.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/error.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Receives what happens to one connection. Calls never overlap. They come from the port's I/O
/// thread (in a simulation: from its event loop), never from inside `connection_port::connect`;
/// `on_closed` may also not come from inside `connection::send` or `close`.
class connection_handler {
 public:
  virtual ~connection_handler() = default;
  /// The connection is up; sending is allowed.
  virtual void on_connected() = 0;
  /// Room for the next received bytes; must not be empty.
  [[nodiscard]] virtual std::span<std::byte> receive_buffer() = 0;
  /// The first `count` bytes of the last `receive_buffer` were filled.
  virtual void on_received(std::size_t count) = 0;
  /// The last call: connecting failed, the peer closed, or an I/O error. Not called after
  /// `connection::close`.
  virtual void on_closed(const error& reason) = 0;
};

/// One connection. All members may be called from any thread, also from within a handler.
class connection {
 public:
  virtual ~connection() = default;
  /// Sends the parts in order, after everything sent before. Never blocks: what the socket does
  /// not take at once is kept (the caller bounds it by what it hands in; see `unsent_bytes`).
  /// Bytes sent before `on_connected` or after the end are dropped.
  virtual void send(std::span<const shared_bytes> parts) = 0;
  /// Bytes handed in that have not arrived at the peer's system, as far as is known: what waits
  /// here and in the socket.
  [[nodiscard]] virtual std::size_t unsent_bytes() const = 0;
  /// Ends the connection at once. Idempotent. No handler call starts after it returns, but one
  /// that is running in another thread may still finish.
  virtual void close() = 0;
};

/// Makes connections. Thread-safe.
class connection_port {
 public:
  virtual ~connection_port() = default;
  /// Starts to connect; `handler` learns the end. `timeout` covers name look-up and connecting.
  [[nodiscard]] virtual std::shared_ptr<connection> connect(
      const endpoint& to, duration timeout, std::shared_ptr<connection_handler> handler) = 0;
  /// Connections that exist (connecting or open): tests compare it with 0 at their end.
  [[nodiscard]] virtual std::size_t open_connections() const = 0;
};

/// TCP through asio, with one I/O thread that the port owns; the thread ends with the port.
[[nodiscard]] std::shared_ptr<connection_port> make_tcp_connection_port();

}  // namespace pravega_actor
