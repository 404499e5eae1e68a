// A blocking client on a socket, for tests of the running sandbox.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "support/catch.hpp"
#include "wire/codec.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_sandbox::test {

namespace wire = pravega_actor::internal::wire;
using pravega_actor::uuid;

inline constexpr int patience_ms = 20000;
inline constexpr uuid writer_id{5, 6};

class raw_client {
 public:
  /// Holds a descriptor, and connects later.
  raw_client() : fd_{::socket(AF_INET, SOCK_STREAM, 0)} {}
  explicit raw_client(const pravega_actor::endpoint& to) : raw_client{} { (void)connect(to); }
  ~raw_client() { ::close(fd_); }
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  bool connect(const pravega_actor::endpoint& to) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(to.port);
    ::inet_pton(AF_INET, to.host.c_str(), &address.sin_addr);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    return connected_;
  }
  [[nodiscard]] bool connected() const { return connected_; }

  /// Whether anything comes before the peer closes.
  bool receives_bytes() {
    char byte = 0;
    return readable(patience_ms) && ::recv(fd_, &byte, 1, 0) == 1;
  }

  /// So many bytes, or fewer if the peer closes before.
  std::vector<std::byte> receive_bytes(std::size_t count) {
    std::vector<std::byte> all(count);
    std::size_t have = 0;
    while (have < count && readable(patience_ms)) {
      const auto got = ::recv(fd_, all.data() + have, count - have, 0);
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    all.resize(have);
    return all;
  }

  /// False if the peer has closed.
  bool send_bytes(pravega_actor::byte_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
  }
  template <class Command>
  bool send(const Command& command) {
    return send_bytes(*wire::encode(command));
  }

  /// The next frame; nothing when the peer closes, is silent for `wait_ms` or sends what is no
  /// frame. Without assertions: those are for the test's own thread.
  std::optional<wire::frame> receive(int wait_ms = patience_ms) {
    for (;;) {
      auto next = reader_.next();
      malformed_ = !next;
      if (malformed_) return std::nullopt;
      if (*next) return **next;
      if (!readable(wait_ms)) return std::nullopt;
      const auto room = reader_.prepare();
      const auto count = ::recv(fd_, room.data(), room.size(), 0);
      if (count <= 0) {
        closed_ = true;
        return std::nullopt;
      }
      reader_.commit(static_cast<std::size_t>(count));
    }
  }
  template <class Reply>
  Reply expect() {
    const auto frame = receive();
    REQUIRE(frame);
    REQUIRE(frame->type == Reply::code);
    return *wire::decode_as<Reply>(frame->payload);
  }
  /// Whether the peer closes without sending anything more.
  bool closes() { return !receive() && closed_; }
  bool silent(int wait_ms) { return !receive(wait_ms) && !closed_ && !malformed_; }

  std::int64_t setup(const std::string& segment, uuid writer = writer_id) {
    send(wire::setup_append{1, writer, segment, {}});
    return expect<wire::append_setup>().last_event_number;
  }
  bool append(std::string_view data, std::int64_t number, uuid writer = writer_id) {
    const auto view = pravega_actor::as_bytes(data);
    return send(wire::append_block_end{writer, 0, {view.begin(), view.end()}, 1, number, 1});
  }
  bool alive() {
    send(wire::keep_alive{});
    const auto frame = receive();
    return frame && frame->type == wire::keep_alive::code;
  }

 private:
  bool readable(int wait_ms) {
    pollfd watched{fd_, POLLIN, 0};
    return ::poll(&watched, 1, wait_ms) > 0;
  }

  int fd_;
  bool connected_ = false;
  bool closed_ = false;
  bool malformed_ = false;
  wire::frame_reader reader_;
};

}  // namespace pravega_sandbox::test
