// The bytes of one accepted socket, plain or under TLS.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>

#include "pravega_actor/bytes.hpp"

namespace pravega_sandbox {

/// Never waits: what cannot go on says what it waits for. Does not own the socket. Used on one
/// thread.
class server_stream {
 public:
  enum class state : std::uint8_t { done, wants_read, wants_write, ended };
  struct progress {
    state now = state::ended;
    std::size_t bytes = 0;
    /// More may have come; else a wait for the socket tells.
    bool more = false;
  };

  virtual ~server_stream() = default;
  /// To be repeated until it is done, before anything else.
  virtual state shake_hands() = 0;
  virtual progress receive(std::span<std::byte> into) = 0;
  /// Sends some of the parts, which do not change before they are sent.
  virtual progress send(const std::deque<pravega_actor::shared_bytes>& parts) = 0;
  /// Bytes are there that no wait for the socket reports.
  [[nodiscard]] virtual bool holds_bytes() const = 0;
  /// Tells the peer that nothing more will come.
  virtual void say_goodbye() = 0;
};

[[nodiscard]] std::unique_ptr<server_stream> make_plain_stream(int socket);
/// Null without memory.
[[nodiscard]] std::unique_ptr<server_stream> make_tls_stream(int socket, SSL_CTX& context);

}  // namespace pravega_sandbox
