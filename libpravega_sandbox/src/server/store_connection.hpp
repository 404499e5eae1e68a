// One TCP connection to one of the sandbox's segment stores.
#pragma once

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

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

 protected:
  ~connection_owner() = default;
};

/// Lives on the server's thread. Reads into the session's buffer and sends the replies of a
/// turn with one system call.
class store_connection final : public std::enable_shared_from_this<store_connection>,
                               private session_output {
 public:
  store_connection(asio::ip::tcp::socket socket, connection_owner& owner, store_model& store,
                   store_session::options options, std::uint64_t id);

  void start();
  /// Continues after `stop_answering` has ended.
  void resume();
  /// Ends at once; `abrupt` drops what is not sent yet.
  void end(bool abrupt);
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }

 private:
  enum class receive_result : std::uint8_t { more, drained, ended };

  void send(std::vector<shared_bytes> parts) override;
  void close() override;
  [[nodiscard]] bool full() const noexcept;
  void wait_for_input();
  void receive();
  [[nodiscard]] receive_result receive_some();
  void after_turn();
  void flush();
  [[nodiscard]] bool write_some();
  void drop_sent(std::size_t count);
  void arm_timer();
  void on_timer();

  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  connection_owner& owner_;
  store_model& store_;
  const std::uint64_t id_;
  std::deque<shared_bytes> unsent_;
  memory_share unsent_memory_;
  bool reading_ = false;
  bool writing_ = false;
  bool timing_ = false;
  bool in_turn_ = false;
  bool turn_posted_ = false;
  bool session_ended_ = false;
  bool ended_ = false;
  store_session session_;
};

}  // namespace pravega_sandbox
