// The TCP side of one of the sandbox's segment stores: accepts connections and keeps them.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <map>
#include <memory>

#include "pravega_actor/result.hpp"
#include "server/store_clock.hpp"
#include "server/store_connection.hpp"
#include "server/tcp_acceptor.hpp"

namespace pravega_sandbox {

/// Used on the thread of its io_context, except for `listen` before that runs.
class store_server final : private connection_owner {
 public:
  /// `options`: of the sessions of its connections.
  store_server(asio::io_context& io, store_model& store, store_clock& clock,
               store_session::options options);

  [[nodiscard]] pravega_actor::result<void> listen(const asio::ip::tcp::endpoint& address) {
    return acceptor_.listen(address);
  }
  [[nodiscard]] const asio::ip::tcp::endpoint& address() const noexcept {
    return acceptor_.address();
  }
  void stop_listening() { acceptor_.stop(); }
  /// Returns how many there were.
  std::size_t end_connections(bool abrupt);
  void set_answering(bool answering);
  /// What new connections are shown; null: they are not under TLS.
  void set_tls(std::shared_ptr<SSL_CTX> context) { tls_ = std::move(context); }
  /// True: handshakes hang from now on. False: they go on.
  void stall_handshakes(bool stalled);
  void update_time() override { clock_.update(); }

  [[nodiscard]] std::size_t open() const noexcept { return connections_.size(); }
  [[nodiscard]] std::uint64_t accepted() const noexcept { return accepted_; }

 private:
  void take(int descriptor);
  void on_ended(store_connection& connection) override;
  [[nodiscard]] bool answers() const override { return answering_; }
  [[nodiscard]] bool shakes_hands() const override { return !tls_ || !stalled_; }
  void resume_all();

  asio::io_context& io_;
  store_model& store_;
  store_clock& clock_;
  const store_session::options options_;
  tcp_acceptor acceptor_;
  std::map<std::uint64_t, std::shared_ptr<store_connection>> connections_;
  std::uint64_t accepted_ = 0;
  std::shared_ptr<SSL_CTX> tls_;
  bool answering_ = true;
  bool stalled_ = false;
};

}  // namespace pravega_sandbox
