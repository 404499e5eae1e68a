// TLS on a connection: the handshake, decrypting and encrypting.
#include "transport/socket_calls.hpp"
#include "transport/tcp_link.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace pravega_actor::internal {
namespace {

/// Plain bytes that are decrypted under the mutex before a sender may have it.
constexpr std::size_t decrypt_turn_bytes_max = 256u << 10;
/// Plain bytes that one connection may read before the others have their turn.
constexpr std::size_t tls_read_turn_bytes_max = 4u << 20;
/// Encrypted bytes that wait for the socket before nothing more is encrypted.
constexpr std::size_t encrypted_bytes_max = 128u << 10;

/// Plain bytes out of several parts, a record at a time.
class part_cursor {
 public:
  explicit part_cursor(std::span<const iovec> parts) : parts_{parts} {}

  /// What the next record holds: within one part if that is long enough, else gathered.
  [[nodiscard]] byte_view next_record() {
    while (!parts_.empty() && parts_.front().iov_len == skip_)
      drop_part();
    if (parts_.empty()) return {};
    const auto rest = of_front();
    if (rest.size() >= record_.size() || parts_.size() == 1) {
      const auto whole = rest.first(std::min(rest.size(), record_.size()));
      skip_ += whole.size();
      return whole;
    }
    return gathered();
  }

 private:
  [[nodiscard]] byte_view of_front() const {
    return byte_view{static_cast<const std::byte*>(parts_.front().iov_base),
                     parts_.front().iov_len}
        .subspan(skip_);
  }
  void drop_part() {
    parts_ = parts_.subspan(1);
    skip_ = 0;
  }
  [[nodiscard]] byte_view gathered() {
    std::size_t count = 0;
    while (!parts_.empty() && count < record_.size()) {
      const auto rest = of_front();
      const auto some = std::min(rest.size(), record_.size() - count);
      if (some > 0) std::memcpy(record_.data() + count, rest.data(), some);
      count += some;
      skip_ += some;
      if (skip_ == parts_.front().iov_len) drop_part();
    }
    return byte_view{record_}.first(count);
  }

  std::span<const iovec> parts_;
  std::size_t skip_ = 0;
  std::array<std::byte, tls_session::record_bytes_max> record_;  // NOLINT: filled before use
};

}  // namespace

// Handshake --------------------------------------------------------------------------------

void tcp_link::begin_handshake() {
  securing_ = true;
  handshake_failure_.reset();
  auto session = core_->tls()->start(to_.host);
  if (!session) return connect_failed(session.error().code(), session.error().detail());
  {
    const std::lock_guard lock{mutex_};
    if (phase_ == phase::ended) return;
    tls_ = std::move(*session);
  }
  shake_hands();
}

void tcp_link::shake_hands() {
  if (phase_ != phase::connecting) return;
  if (attempt_timed_out_) return attempt_ended(asio::error::timed_out);
  const auto step = step_handshake();
  switch (step) {
    case handshake_step::done:
      return opened();
    case handshake_step::refused:
      return fail(handshake_failure_->with_stage(stage::tls_handshake));
    case handshake_step::dropped:
      last_failure_ = handshake_failure_->detail();
      return give_up_attempt();
    default:
      break;
  }
  const std::lock_guard lock{mutex_};
  if (phase_ == phase::ended) return;
  socket_.async_wait(step == handshake_step::needs_room ? asio::socket_base::wait_write
                                                        : asio::socket_base::wait_read,
                     [self = shared_from_this()](std::error_code) { self->shake_hands(); });
}

tcp_link::handshake_step tcp_link::step_handshake() {
  const std::lock_guard lock{mutex_};
  if (phase_ == phase::ended) return handshake_step::needs_input;
  for (;;) {
    const auto done = tls_->shake_hands();
    const bool flushed = flush_encrypted();
    if (!done) {
      handshake_failure_ = done.error();
      return done.error().retriable() ? handshake_step::dropped : handshake_step::refused;
    }
    if (!flushed) {
      handshake_failure_ = error{errc::segment_store_unreachable,
                                 std::error_code{errno, std::system_category()}.message()};
      return handshake_step::dropped;
    }
    if (*done) return handshake_step::done;
    if (encrypted_bytes() != 0) return handshake_step::needs_room;
    std::optional<error> end;
    if (take_in(end)) continue;
    if (!end) return handshake_step::needs_input;
    handshake_failure_ = tls_->closed_early();
    return handshake_step::dropped;
  }
}

// Reading ----------------------------------------------------------------------------------

tcp_link::turn tcp_link::read_some_tls() {
  for (std::size_t taken = 0; taken < tls_read_turn_bytes_max;) {
    const auto room = room_to_read();
    if (room.empty()) return turn::over;
    const auto got = decrypt_into(room);
    if (got.end) {
      fail(*got.end);
      return turn::over;
    }
    if (got.count == 0) return turn::drained;
    taken += got.count;
    handler_->on_received(got.count);
  }
  return turn::more;
}

tcp_link::decrypted tcp_link::decrypt_into(std::span<std::byte> room) {
  const std::lock_guard lock{mutex_};
  if (phase_ != phase::open) return {};
  auto got = decrypt_more(room);
  // An answer of TLS itself, to an update of the keys for instance.
  if (encrypted_bytes() == 0 || write_failure_) return got;
  if (!flush_encrypted()) {
    broken(errno);
  } else {
    wait_writable();
  }
  return got;
}

tcp_link::decrypted tcp_link::decrypt_more(std::span<std::byte> room) {
  const auto wanted = std::min(room.size(), decrypt_turn_bytes_max);
  decrypted got;
  while (got.count < wanted) {
    const auto count = tls_->read(room.subspan(got.count, wanted - got.count));
    if (count && *count > 0) {
      got.count += *count;
      continue;
    }
    // What came before goes to the handler first; the end is found again.
    if (got.count > 0) return got;
    if (!count) {
      got.end = count.error();
    } else if (tls_->ended()) {
      got.end = error{errc::connection_lost, "closed by the peer"};
    } else if (take_in(got.end)) {
      continue;
    }
    return got;
  }
  return got;
}

bool tcp_link::take_in(std::optional<error>& end) {
  const auto count = receive_now(socket_.native_handle(), tls_->input_room());
  if (count > 0) {
    tls_->input(static_cast<std::size_t>(count));
    return true;
  }
  if (count == 0) {
    end = error{errc::connection_lost, "closed by the peer"};
  } else if (!must_wait(errno)) {
    end =
        error{errc::connection_lost, std::error_code{errno, std::system_category()}.message()};
  }
  return false;
}

// Writing ----------------------------------------------------------------------------------

std::size_t tcp_link::encrypted_bytes() const {
  return tls_ ? tls_->output().size() : 0;
}

bool tcp_link::flush_encrypted() {
  while (tls_ && !tls_->output().empty()) {
    const auto waiting = tls_->output();
    iovec all{const_cast<std::byte*>(waiting.data()), waiting.size()};
    const auto count = send_now(socket_.native_handle(), {&all, 1});
    if (count < 0) return must_wait(errno);
    tls_->sent(static_cast<std::size_t>(count));
    if (static_cast<std::size_t>(count) < waiting.size()) return true;
  }
  return true;
}

/// What was encrypted counts as taken: it goes out in its order, whatever the socket has room
/// for.
ssize_t tcp_link::encrypt_parts(std::span<iovec> parts) {
  part_cursor cursor{parts};
  std::size_t taken = 0;
  for (;;) {
    if (encrypted_bytes() >= encrypted_bytes_max) {
      if (!flush_encrypted()) return -1;
      if (encrypted_bytes() >= encrypted_bytes_max) break;
    }
    const auto record = cursor.next_record();
    if (record.empty()) break;
    if (!tls_->write(record)) {
      errno = ENOMEM;
      return -1;
    }
    taken += record.size();
  }
  if (!flush_encrypted()) return -1;
  return static_cast<ssize_t>(taken);
}

/// A peer that is told sees an end, not a cut connection. Behind half a record it cannot be.
void tcp_link::say_end() {
  if (!tls_ || !tls_->output().empty()) return;
  tls_->say_end();
  (void)flush_encrypted();
}

}  // namespace pravega_actor::internal
