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
#include "pravega_actor/ports/tls_settings.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Receives the events of one connection. Calls never overlap. They come from the port's I/O
/// thread (in a simulation: from its event loop), never from inside `connection_port::connect`.
/// `on_closed` does not come from inside `connection::send` or `close` either.
class connection_handler {
 public:
  virtual ~connection_handler() = default;
  /// The connection is open; sending is allowed.
  virtual void on_connected() = 0;
  /// A buffer for the next received bytes; must not be empty.
  [[nodiscard]] virtual std::span<std::byte> receive_buffer() = 0;
  /// The first `count` bytes of the last `receive_buffer` are filled.
  virtual void on_received(std::size_t count) = 0;
  /// The last call: connecting failed, the peer closed, or an I/O error. Not called after
  /// `connection::close`.
  virtual void on_closed(const error& reason) = 0;
};

/// One connection. Any thread may call any member, also inside a handler.
class connection {
 public:
  virtual ~connection() = default;
  /// Sends the parts in order, after everything sent before. Never blocks: the connection keeps
  /// the bytes that the socket does not take at once. The caller bounds them (see
  /// `unsent_bytes`). Bytes sent before `on_connected` or after the end are dropped.
  virtual void send(std::span<const shared_bytes> parts) = 0;
  /// Sent bytes that, as far as known, have not arrived at the peer's system: those waiting
  /// here and in the socket.
  [[nodiscard]] virtual std::size_t unsent_bytes() const = 0;
  /// Ends the connection at once. Idempotent. After it returns, no handler call starts, but one
  /// in another thread may still be running.
  virtual void close() = 0;
};

/// Makes connections. Thread-safe.
class connection_port {
 public:
  virtual ~connection_port() = default;
  /// Starts to connect; `handler` gets the outcome. `timeout` covers name look-up and
  /// connecting.
  [[nodiscard]] virtual std::shared_ptr<connection> connect(
      const endpoint& to, duration timeout, std::shared_ptr<connection_handler> handler) = 0;
  /// The number of connections that are connecting or open. At their end, tests compare it with
  /// 0.
  [[nodiscard]] virtual std::size_t open_connections() const = 0;
};

/// TCP through asio. The port owns one I/O thread, which ends with it.
[[nodiscard]] std::shared_ptr<connection_port> make_tcp_connection_port();
/// The same over TLS 1.2 or 1.3. The timeout of `connect` covers the TLS handshake, too. A peer
/// that is not accepted ends the connection with certificate_rejected, one that cannot agree
/// with tls_failed; both are not retriable. Errors of this call: invalid_configuration (a file
/// cannot be used), io_error (no descriptor or thread).
[[nodiscard]] result<std::shared_ptr<connection_port>> make_tls_connection_port(
    const tls_settings& settings);

}  // namespace pravega_actor
