#include "server/server_stream.hpp"

#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "security/openssl_owner.hpp"
#include "server/server_limits.hpp"

namespace pravega_sandbox {

namespace {

using pravega_actor::shared_bytes;
using state = server_stream::state;
using progress = server_stream::progress;

class plain_stream final : public server_stream {
 public:
  explicit plain_stream(int socket) : socket_{socket} {}

  state shake_hands() override { return state::done; }

  progress receive(std::span<std::byte> into) override {
    const auto count = ::recv(socket_, into.data(), into.size(), MSG_DONTWAIT);
    if (count > 0) {
      const auto bytes = static_cast<std::size_t>(count);
      return {state::done, bytes, bytes == into.size()};
    }
    if (count < 0 && errno == EINTR) return {state::done, 0, true};
    const bool waits = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return {waits ? state::wants_read : state::ended};
  }

  progress send(const std::deque<shared_bytes>& parts) override {
    std::array<iovec, server_limits::send_parts_max> vectors;
    const auto count = std::min(parts.size(), vectors.size());
    for (std::size_t i = 0; i < count; ++i) {
      const auto view = parts[i].view;
      vectors[i] = {const_cast<std::byte*>(view.data()), view.size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const auto sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return {state::done, static_cast<std::size_t>(sent)};
    if (errno == EINTR) return {state::done, 0};
    const bool waits = errno == EAGAIN || errno == EWOULDBLOCK;
    return {waits ? state::wants_write : state::ended};
  }

  bool holds_bytes() const override { return false; }
  void say_goodbye() override {}

 private:
  const int socket_;
};

/// OpenSSL writes to the socket without MSG_NOSIGNAL: the thread blocks SIGPIPE.
class tls_stream final : public server_stream {
 public:
  using session = openssl_owner<SSL, SSL_free>;
  tls_stream(int socket, session made) : socket_{socket}, session_{std::move(made)} {}

  state shake_hands() override {
    if (speaks_plain_text()) {
      // What a real server answers; OpenSSL would only close.
      constexpr std::string_view alert{"\x15\x03\x01\x00\x02\x02\x46", 7};
      (void)::send(socket_, alert.data(), alert.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      drain();
      return state::ended;
    }
    ERR_clear_error();
    const auto now = state_of(SSL_accept(session_.get()));
    // Unread bytes would reset the connection, and the peer would miss the alert.
    if (now == state::ended) drain();
    return now;
  }

  progress receive(std::span<std::byte> into) override {
    ERR_clear_error();
    std::size_t bytes = 0;
    const auto now = state_of(SSL_read_ex(session_.get(), into.data(), into.size(), &bytes));
    return {now, bytes, now == state::done};
  }

  progress send(const std::deque<shared_bytes>& parts) override {
    ERR_clear_error();
    const auto view = parts.front().view;
    if (view.empty()) return {state::done, 0};
    std::size_t bytes = 0;
    const auto now = state_of(SSL_write_ex(session_.get(), view.data(), view.size(), &bytes));
    return {now, bytes};
  }

  bool holds_bytes() const override { return SSL_pending(session_.get()) > 0; }

  void say_goodbye() override {
    if (broken_ || SSL_is_init_finished(session_.get()) != 1) return;
    ERR_clear_error();
    (void)SSL_shutdown(session_.get());
  }

 private:
  /// Whether the first byte that came is not that of a handshake.
  bool speaks_plain_text() {
    if (seen_first_) return false;
    char first = 0;
    if (::recv(socket_, &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) return false;
    seen_first_ = true;
    constexpr char handshake_record = 0x16;
    return first != handshake_record;
  }
  state state_of(int outcome) {
    if (outcome == 1) return state::done;
    switch (SSL_get_error(session_.get(), outcome)) {
      case SSL_ERROR_WANT_READ:
        return state::wants_read;
      case SSL_ERROR_WANT_WRITE:
        return state::wants_write;
      case SSL_ERROR_ZERO_RETURN:
        return state::ended;
      default:
        broken_ = true;
        return state::ended;
    }
  }
  void drain() const {
    std::array<std::byte, 4096> ignored;
    for (std::size_t all = 0; all < server_limits::turn_bytes_max; all += ignored.size())
      if (::recv(socket_, ignored.data(), ignored.size(), MSG_DONTWAIT) <= 0) return;
  }

  const int socket_;
  session session_;
  bool seen_first_ = false;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<server_stream> make_plain_stream(int socket) {
  return std::make_unique<plain_stream>(socket);
}

std::unique_ptr<server_stream> make_tls_stream(int socket, SSL_CTX& context) {
  tls_stream::session made{SSL_new(&context)};
  if (!made || SSL_set_fd(made.get(), socket) != 1) return nullptr;
  return std::make_unique<tls_stream>(socket, std::move(made));
}

}  // namespace pravega_sandbox
