// A listening socket of the sandbox.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "pravega_actor/result.hpp"

namespace pravega_sandbox {

/// Accepts connections and hands their sockets over: non-blocking, and closed when another
/// program is executed. Where accepting fails (too many open files) it pauses and goes on, so
/// that it recovers when descriptors are free again. Used on the thread of its io_context,
/// except for `listen` before that runs.
class tcp_acceptor {
 public:
  /// Owns the descriptor from then on.
  using receiver = std::function<void(int descriptor)>;
  tcp_acceptor(asio::io_context& io, receiver accepted);
  tcp_acceptor(const tcp_acceptor&) = delete;
  tcp_acceptor& operator=(const tcp_acceptor&) = delete;

  /// No effect if it listens. io_error: "cannot listen on host:port: reason".
  [[nodiscard]] pravega_actor::result<void> listen(const asio::ip::tcp::endpoint& address);
  void stop();
  /// Where it listens or last did.
  [[nodiscard]] const asio::ip::tcp::endpoint& address() const noexcept { return address_; }

 private:
  void wait();
  [[nodiscard]] bool accept_waiting();
  void pause();

  receiver accepted_;
  asio::ip::tcp::acceptor socket_;
  asio::steady_timer pause_;
  asio::ip::tcp::endpoint address_;
};

}  // namespace pravega_sandbox
