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
using stream_state = server_stream::state;
using stream_progress = server_stream::progress;

class plain_stream final : public server_stream {
 public:
  explicit plain_stream(int socket) : socket_{socket} {}

  stream_state shake_hands() override { return stream_state::done; }

  stream_progress receive(std::span<std::byte> into) override {
    const auto count = ::recv(socket_, into.data(), into.size(), MSG_DONTWAIT);
    if (count > 0) {
      const auto bytes = static_cast<std::size_t>(count);
      return {stream_state::done, bytes, bytes == into.size()};
    }
    if (count < 0 && errno == EINTR) return {stream_state::done, 0, true};
    const bool waits = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return {waits ? stream_state::wants_read : stream_state::ended};
  }

  stream_progress send(const std::deque<shared_bytes>& parts) override {
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
    if (sent >= 0) return {stream_state::done, static_cast<std::size_t>(sent)};
    if (errno == EINTR) return {stream_state::done, 0};
    const bool waits = errno == EAGAIN || errno == EWOULDBLOCK;
    return {waits ? stream_state::wants_write : stream_state::ended};
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

  stream_state shake_hands() override {
    if (speaks_plain_text()) {
      // What a real server answers; OpenSSL would only close.
      constexpr std::string_view alert{"\x15\x03\x01\x00\x02\x02\x46", 7};
      (void)::send(socket_, alert.data(), alert.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      drain();
      return stream_state::ended;
    }
    ERR_clear_error();
    const auto now = state_of(SSL_accept(session_.get()));
    // Unread bytes would reset the connection, and the peer would miss the alert.
    if (now == stream_state::ended) drain();
    return now;
  }

  stream_progress receive(std::span<std::byte> into) override {
    ERR_clear_error();
    std::size_t bytes = 0;
    const auto now = state_of(SSL_read_ex(session_.get(), into.data(), into.size(), &bytes));
    return {now, bytes, now == stream_state::done};
  }

  stream_progress send(const std::deque<shared_bytes>& parts) override {
    ERR_clear_error();
    const auto view = parts.front().view;
    if (view.empty()) return {stream_state::done, 0};
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
  stream_state state_of(int outcome) {
    if (outcome == 1) return stream_state::done;
    switch (SSL_get_error(session_.get(), outcome)) {
      case SSL_ERROR_WANT_READ:
        return stream_state::wants_read;
      case SSL_ERROR_WANT_WRITE:
        return stream_state::wants_write;
      case SSL_ERROR_ZERO_RETURN:
        return stream_state::ended;
      default:
        broken_ = true;
        return stream_state::ended;
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
