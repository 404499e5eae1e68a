// One TCP connection, plain or with TLS on it: written to by any thread, read and ended by the
// I/O thread.
#pragma once

#include "transport/asio_settings.hpp"  // before asio

#include <sys/types.h>
#include <sys/uio.h>

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
/// I/O thread, its only reader, closes it. With TLS the mutex guards the session, too, since
/// reading may write; a connection is `connecting` until the handshake is over.
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
  void give_up_attempt();
  void connected();
  void opened();
  void connect_failed(errc code, std::string detail);
  [[nodiscard]] bool connected_to_itself() const;

  // The TLS handshake; on the I/O thread.
  enum class handshake_step : std::uint8_t { done, needs_input, needs_room, dropped, refused };
  void begin_handshake();
  void shake_hands();
  [[nodiscard]] handshake_step step_handshake();

  // Reading; on the I/O thread.
  void wait_readable();
  void readable();
  [[nodiscard]] turn read_some();
  /// Where to read to. Empty: the link is over.
  [[nodiscard]] std::span<std::byte> room_to_read();
  void write_side_broke();
  /// What is decrypted at one time: bytes, or why there are none.
  struct decrypted {
    std::size_t count = 0;
    std::optional<error> end;
  };
  [[nodiscard]] turn read_some_tls();
  [[nodiscard]] decrypted decrypt_into(std::span<std::byte> room);
  [[nodiscard]] decrypted decrypt_more(std::span<std::byte> room);
  /// More encrypted bytes for the session; false if there are none now, or no more.
  [[nodiscard]] bool take_in(std::optional<error>& end);

  // Writing; any thread, under the mutex.
  void send_or_queue(std::span<const shared_bytes> parts);
  void queue(std::span<const shared_bytes> parts, std::size_t skip);
  void wait_writable();
  void broken(int system_error) noexcept;
  void writable();
  [[nodiscard]] bool write_queued(spent_parts& spent, std::size_t& written);
  /// The bytes that the socket, or the session for it, took; or -1 with errno.
  [[nodiscard]] ssize_t write_parts(std::span<iovec> parts);
  [[nodiscard]] ssize_t encrypt_parts(std::span<iovec> parts);
  /// Encrypted bytes that wait for the socket.
  [[nodiscard]] std::size_t encrypted_bytes() const;
  /// Offers them to the socket; false, with errno, if that is broken.
  [[nodiscard]] bool flush_encrypted();
  void say_end();

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
  /// The last attempt came as far as the TLS handshake.
  bool securing_ = false;
  std::optional<error> handshake_failure_;

  std::mutex mutex_;
  asio::ip::tcp::socket socket_;
  /// Null without TLS, before the handshake and after the end.
  std::unique_ptr<tls_session> tls_;
  std::atomic<phase> phase_{phase::connecting};
  std::deque<shared_bytes> queued_;
  std::size_t queued_skip_ = 0;
  bool waiting_writable_ = false;
  std::optional<error> write_failure_;
  std::size_t unsent_ = 0;
};

}  // namespace pravega_actor::internal
