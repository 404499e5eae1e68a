// One TCP connection to one of the sandbox's segment stores.
#pragma once

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "server/server_stream.hpp"
#include "store/store_session.hpp"

namespace pravega_sandbox {

class store_connection;

/// What a connection needs from its server.
class connection_owner {
 public:
  /// Sets the model's time to now.
  virtual void update_time() = 0;
  /// The connection has ended.
  virtual void on_ended(store_connection& connection) = 0;
  [[nodiscard]] virtual bool answers() const = 0;
  /// False: handshakes of TLS hang, without a limit.
  [[nodiscard]] virtual bool shakes_hands() const = 0;

 protected:
  ~connection_owner() = default;
};

/// Lives on the server's thread. Under TLS it shakes hands first, within
/// `server_limits::handshake_max`. Reads into the session's buffer and sends the replies of a
/// turn with one system call.
class store_connection final : public std::enable_shared_from_this<store_connection>,
                               private session_output {
 public:
  /// `stream` is of the socket.
  store_connection(asio::ip::tcp::socket socket, std::unique_ptr<server_stream> stream,
                   connection_owner& owner, store_model& store, store_session::options options,
                   std::uint64_t id);

  void start();
  /// Continues when the owner answers, or shakes hands, again.
  void resume();
  /// Ends at once; `abrupt` drops what is not sent yet.
  void end(bool abrupt);
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }

 private:
  enum class receive_result : std::uint8_t { more, drained, ended };

  void send(std::vector<shared_bytes> parts) override;
  void close() override;
  [[nodiscard]] bool full() const noexcept;
  void shake_hands();
  void wait_to_shake(bool for_output);
  void limit_handshake();
  void wait_for_input();
  void wait_for_output();
  void receive();
  [[nodiscard]] receive_result receive_some();
  void after_turn();
  void flush();
  [[nodiscard]] bool write_some();
  void drop_sent(std::size_t count);
  void arm_timer();
  void on_timer();

  asio::ip::tcp::socket socket_;
  std::unique_ptr<server_stream> stream_;
  asio::steady_timer timer_;
  connection_owner& owner_;
  store_model& store_;
  const std::uint64_t id_;
  std::deque<shared_bytes> unsent_;
  memory_share unsent_memory_;
  bool shaken_ = false;
  bool shaking_ = false;
  bool shaking_is_limited_ = false;
  bool reading_ = false;
  /// Reading goes on when the socket takes bytes.
  bool reading_wants_output_ = false;
  bool writing_ = false;
  /// What the timer waits for.
  std::optional<std::int64_t> timer_ms_;
  bool in_turn_ = false;
  bool turn_posted_ = false;
  bool session_ended_ = false;
  bool ended_ = false;
  store_session session_;
};

}  // namespace pravega_sandbox
