// A plain blocking TCP server and a recording handler for the tests of the connection port.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/ports/connection_port.hpp"
#include "support/eventually.hpp"

namespace pravega_actor::test {

inline constexpr auto patience = std::chrono::seconds{30};

/// A descriptor that closes itself.
class descriptor {
 public:
  explicit descriptor(int number = -1) : number_{number} {}
  descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~descriptor() { close(); }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  /// Ends a TCP connection with a reset instead of an orderly close.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(number_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  [[nodiscard]] int number() const { return number_; }

  void write_all(byte_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(number_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
  }
  /// Fewer than `count` bytes only at the end of the stream.
  [[nodiscard]] std::vector<std::byte> read_exactly(std::size_t count) const {
    std::vector<std::byte> bytes(count);
    std::size_t have = 0;
    while (have < count) {
      const auto got = ::recv(number_, bytes.data() + have, count - have, 0);
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
  }

 private:
  int number_;
};

/// Listens on a free port of 127.0.0.1.
class listener {
 public:
  explicit listener(int backlog = 512)
      : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(socket_.number(), backlog);
    socklen_t size = sizeof address;
    ::getsockname(socket_.number(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] endpoint address(std::string host = "127.0.0.1") const {
    return {std::move(host), port_};
  }
  [[nodiscard]] descriptor accept() const {
    pollfd ready{socket_.number(), POLLIN, 0};
    if (::poll(&ready, 1, 30000) != 1) return descriptor{};
    return descriptor{::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC)};
  }
  void close() { socket_.close(); }

 private:
  descriptor socket_;
  std::uint16_t port_ = 0;
};

/// Records what a connection tells it; tests wait for a state of the record.
class recorder : public connection_handler {
 public:
  struct record {
    int connected = 0;
    std::vector<std::byte> received;
    std::vector<error> closed;
    int after_close = 0;
  };

  explicit recorder(std::size_t buffer_bytes = 64 << 10) : buffer_(buffer_bytes) {}

  void on_connected() override {
    change([](record& r) { ++r.connected; });
    if (when_connected) when_connected();
  }
  std::span<std::byte> receive_buffer() override { return buffer_; }
  void on_received(std::size_t count) override {
    change([&](record& r) {
      if (!r.closed.empty()) ++r.after_close;
      r.received.insert(r.received.end(), buffer_.begin(),
                        buffer_.begin() + static_cast<std::ptrdiff_t>(count));
    });
    if (when_received) when_received();
  }
  void on_closed(const error& reason) override {
    change([&](record& r) { r.closed.push_back(reason); });
    if (when_closed) when_closed();
  }

  template <class Condition>
  [[nodiscard]] bool wait(Condition condition) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, [&] { return condition(record_); });
  }
  [[nodiscard]] bool wait_connected() {
    return wait([](const record& r) { return r.connected == 1; });
  }
  [[nodiscard]] bool wait_closed() {
    return wait([](const record& r) { return !r.closed.empty(); });
  }
  [[nodiscard]] bool wait_received(std::size_t count) {
    return wait([&](const record& r) { return r.received.size() >= count; });
  }
  [[nodiscard]] record now() {
    const std::lock_guard lock{mutex_};
    return record_;
  }

  // Set before connecting; called on the I/O thread.
  std::function<void()> when_connected;
  std::function<void()> when_received;
  std::function<void()> when_closed;

 private:
  template <class F>
  void change(F f) {
    {
      const std::lock_guard lock{mutex_};
      f(record_);
    }
    changed_.notify_all();
  }
  std::vector<std::byte> buffer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  record record_;
};

/// Bytes that tell their place: any lost, doubled or exchanged piece is seen.
[[nodiscard]] inline std::vector<std::byte> pattern(std::size_t from, std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto place = from + i;
    bytes[i] = static_cast<std::byte>((place * 31 + (place >> 8) * 7 + (place >> 16)) & 0xFF);
  }
  return bytes;
}

inline void send_text(connection& to, std::string_view text) {
  const shared_bytes part = shared_bytes::copy_of(as_bytes(text));
  to.send({&part, 1});
}

}  // namespace pravega_actor::test
