// One TCP connection: written to by any thread, read and ended by the I/O thread.
#pragma once

#include "transport/asio_settings.hpp"  // before asio

#include <array>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "pravega_actor/ports/connection_port.hpp"
#include "transport/io_core.hpp"

namespace pravega_actor::internal {

/// States: connecting -> open -> ended, or connecting -> ended. The mutex guards the change of
/// state, the socket object and what waits to be written; the descriptor stays open until the
/// I/O thread, its only reader, closes it.
class tcp_link : public std::enable_shared_from_this<tcp_link> {
 public:
  /// Begins to connect.
  [[nodiscard]] static std::shared_ptr<tcp_link> start(
      std::shared_ptr<io_core> core, const endpoint& to, duration timeout,
      std::shared_ptr<connection_handler> handler);
  tcp_link(const tcp_link&) = delete;
  tcp_link& operator=(const tcp_link&) = delete;

  void send(std::span<const shared_bytes> parts);
  [[nodiscard]] std::size_t unsent_bytes();
  void close();
  /// From the I/O thread: the port ends, and its connections with it.
  void port_ended();

 private:
  enum class phase : std::uint8_t { connecting, open, ended };
  enum class turn : std::uint8_t { more, drained, over };
  /// What one system call of the I/O thread has written to its end: it takes no memory.
  struct spent_parts {
    static constexpr std::size_t max = 256;
    std::array<shared_bytes, max> parts;
    std::size_t count = 0;
  };

  tcp_link(std::shared_ptr<io_core> core, const endpoint& to, duration timeout,
           std::shared_ptr<connection_handler> handler);

  // Connecting; on the I/O thread.
  void look_up();
  void looked_up(result<socket_addresses> found);
  void try_next_address();
  void attempt_ended(std::error_code failure);
  void connected();
  void connect_failed(errc code, std::string detail);
  [[nodiscard]] bool connected_to_itself() const;

  // Reading; on the I/O thread.
  void wait_readable();
  void readable();
  [[nodiscard]] turn read_some();
  void write_side_broke();

  // Writing; any thread, under the mutex.
  void send_or_queue(std::span<const shared_bytes> parts);
  void queue(std::span<const shared_bytes> parts, std::size_t skip);
  void wait_writable();
  void broken(int system_error) noexcept;
  void writable();
  [[nodiscard]] bool write_queued(spent_parts& spent, std::size_t& written);

  // Ending.
  [[nodiscard]] bool end(std::deque<shared_bytes>& dropped);
  void fail(const error& reason);
  void release();

  const std::shared_ptr<io_core> core_;
  const endpoint to_;
  const std::string address_;
  const time_point deadline_;
  const duration timeout_;
  std::uint64_t id_ = 0;

  // Only the I/O thread.
  std::shared_ptr<connection_handler> handler_;
  asio::steady_timer timer_;
  socket_addresses addresses_;
  std::size_t next_address_ = 0;
  std::string last_failure_;
  /// The last attempt failed since the process, or the system, has no descriptor left.
  bool no_descriptor_ = false;
  bool attempt_timed_out_ = false;

  std::mutex mutex_;
  asio::ip::tcp::socket socket_;
  std::atomic<phase> phase_{phase::connecting};
  std::deque<shared_bytes> queued_;
  std::size_t queued_skip_ = 0;
  bool waiting_writable_ = false;
  std::optional<error> write_failure_;
  std::size_t unsent_ = 0;
};

}  // namespace pravega_actor::internal
