#include "transport/tcp_link.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <asio/post.hpp>
#include <cerrno>
#include <utility>

namespace pravega_actor::internal {
namespace {

/// Bytes that one connection may read before the others have their turn.
constexpr std::size_t read_turn_bytes_max = 4u << 20;

/// Longer times to connect are cut: the sum with the clock must not overflow.
constexpr duration connect_timeout_max = std::chrono::hours{24};

std::string text_of(int system_error) {
  return std::error_code{system_error, std::system_category()}.message();
}

/// A socket that programs started by the application do not inherit: asio knows no such flag,
/// and to set it later would leave a gap.
std::error_code open_socket(asio::ip::tcp::socket& to, const asio::ip::tcp::endpoint& peer) {
  const auto protocol = peer.protocol();
  const int made =
      ::socket(protocol.family(), protocol.type() | SOCK_CLOEXEC, protocol.protocol());
  if (made < 0) return {errno, std::system_category()};
  std::error_code failure;
  to.assign(protocol, made, failure);
  if (failure) ::close(made);
  return failure;
}

}  // namespace

tcp_link::tcp_link(std::shared_ptr<io_core> core, const endpoint& to, duration timeout,
                   std::shared_ptr<connection_handler> handler)
    : core_{std::move(core)},
      to_{to},
      address_{to.to_string()},
      deadline_{clock_type::now() + std::min(timeout, connect_timeout_max)},
      timeout_{timeout},
      handler_{std::move(handler)},
      timer_{core_->context()},
      socket_{core_->context()} {}

std::shared_ptr<tcp_link> tcp_link::start(std::shared_ptr<io_core> core, const endpoint& to,
                                          duration timeout,
                                          std::shared_ptr<connection_handler> handler) {
  std::shared_ptr<tcp_link> link{
      new tcp_link{std::move(core), to, timeout, std::move(handler)}};
  link->core_->open_count.fetch_add(1);
  link->id_ = link->core_->keep(link);
  asio::post(link->core_->context(), [link] { link->look_up(); });
  return link;
}

// Connecting -------------------------------------------------------------------------------

void tcp_link::look_up() {
  if (phase_ == phase::ended) return;
  addresses_ = numeric_address(to_);
  if (!addresses_.empty()) return try_next_address();
  timer_.expires_at(deadline_);
  timer_.async_wait([self = shared_from_this()](std::error_code cancelled) {
    if (cancelled || self->phase_ != phase::connecting || !self->addresses_.empty()) return;
    self->connect_failed(
        errc::segment_store_unreachable,
        "name look-up timed out after " + std::to_string(to_ms(self->timeout_)) + " ms");
  });
  const auto started = core_->lookup().start(
      to_, [core = core_, weak = weak_from_this()](result<socket_addresses> found) {
        // Weak: nobody runs what is posted after the port's end.
        asio::post(core->context(), [weak, found = std::move(found)]() mutable {
          if (const auto self = weak.lock()) self->looked_up(std::move(found));
        });
      });
  if (!started) connect_failed(started.error().code(), started.error().detail());
}

void tcp_link::looked_up(result<socket_addresses> found) {
  if (phase_ != phase::connecting) return;
  if (!found) return connect_failed(found.error().code(), found.error().detail());
  addresses_ = std::move(*found);
  try_next_address();
}

void tcp_link::try_next_address() {
  const auto left = deadline_ - clock_type::now();
  if (next_address_ == addresses_.size() || left <= duration::zero()) {
    if (last_failure_.empty()) {
      last_failure_ = "timed out after " + std::to_string(to_ms(timeout_)) + " ms";
    }
    const auto code = no_descriptor_ ? errc::io_error : errc::segment_store_unreachable;
    return connect_failed(code, std::move(last_failure_));
  }
  // An address that swallows packets must leave time for the others of the same name.
  const auto addresses_left = static_cast<int>(addresses_.size() - next_address_);
  const auto& address = addresses_[next_address_++];
  attempt_timed_out_ = false;
  securing_ = false;
  timer_.expires_after(left / addresses_left);
  timer_.async_wait([self = shared_from_this(), attempt = next_address_](std::error_code ec) {
    if (ec || self->phase_ != phase::connecting || self->next_address_ != attempt) return;
    self->attempt_timed_out_ = true;
    const std::lock_guard lock{self->mutex_};
    self->socket_.close(ec);
  });
  const std::lock_guard lock{mutex_};
  if (phase_ == phase::ended) return;
  if (const auto failure = open_socket(socket_, address)) {
    asio::post(core_->context(), [self = shared_from_this(), failure] {
      if (self->phase_ == phase::connecting) self->attempt_ended(failure);
    });
    return;
  }
  socket_.async_connect(address, [self = shared_from_this()](std::error_code failure) {
    if (self->phase_ != phase::connecting) return;
    if (self->attempt_timed_out_) failure = asio::error::timed_out;
    if (!failure && self->connected_to_itself()) failure = asio::error::connection_refused;
    if (failure) return self->attempt_ended(failure);
    self->connected();
  });
}

/// A connection to a free local port may pick that very port as its own and meet itself.
bool tcp_link::connected_to_itself() const {
  std::error_code ignored;
  return socket_.local_endpoint(ignored) == socket_.remote_endpoint(ignored);
}

void tcp_link::attempt_ended(std::error_code failure) {
  const auto limit = " after " + std::to_string(to_ms(timeout_)) + " ms";
  last_failure_ = failure.message();
  if (failure == asio::error::timed_out)
    last_failure_ = (securing_ ? "the TLS handshake was not complete" : "timed out") + limit;
  // Not the store's fault, nor that of its address.
  no_descriptor_ = failure.value() == EMFILE || failure.value() == ENFILE;
  if (no_descriptor_)
    last_failure_ +=
        ": raise the limit of open files (ulimit -n); a writer has a connection for "
        "each segment of its stream";
  give_up_attempt();
}

void tcp_link::give_up_attempt() {
  {
    const std::lock_guard lock{mutex_};
    std::error_code ignored;
    socket_.close(ignored);
  }
  try_next_address();
}

void tcp_link::connected() {
  {
    const std::lock_guard lock{mutex_};
    if (phase_ == phase::ended) return;
    std::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
    socket_.native_non_blocking(true, ignored);
  }
  if (core_->tls() != nullptr) return begin_handshake();
  opened();
}

void tcp_link::opened() {
  timer_.cancel();
  {
    const std::lock_guard lock{mutex_};
    if (phase_ == phase::ended) return;
    phase_ = phase::open;
  }
  handler_->on_connected();
  // The peer's last bytes of a handshake may have brought more.
  if (core_->tls() != nullptr) return readable();
  wait_readable();
}

void tcp_link::connect_failed(errc code, std::string detail) {
  const auto at = securing_ ? stage::tls_handshake : stage::connect;
  fail(error{code, std::move(detail)}.with_stage(at));
}

// Reading ----------------------------------------------------------------------------------

void tcp_link::wait_readable() {
  const std::lock_guard lock{mutex_};
  if (phase_ == phase::ended) return;
  socket_.async_wait(asio::socket_base::wait_read,
                     [self = shared_from_this()](std::error_code cancelled) {
                       if (!cancelled) self->readable();
                     });
}

void tcp_link::readable() {
  switch (read_some()) {
    case turn::more:
      // After the other connections' turns. What the session holds makes no socket readable.
      asio::post(core_->context(), [self = shared_from_this()] { self->readable(); });
      return;
    case turn::drained:
      return wait_readable();
    case turn::over:
      return;
  }
}

std::span<std::byte> tcp_link::room_to_read() {
  if (phase_ != phase::open) return {};
  const auto room = handler_->receive_buffer();
  if (phase_ != phase::open) return {};
  if (room.empty())
    fail(error{errc::internal_error, "a connection's handler has no receive buffer"});
  return room;
}

tcp_link::turn tcp_link::read_some() {
  if (core_->tls() != nullptr) return read_some_tls();
  for (std::size_t taken = 0; taken < read_turn_bytes_max;) {
    const auto room = room_to_read();
    if (room.empty()) return turn::over;
    const auto count = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    if (count > 0) {
      const auto received = static_cast<std::size_t>(count);
      taken += received;
      handler_->on_received(received);
      if (received < room.size()) return turn::drained;
    } else if (count == 0) {
      fail(error{errc::connection_lost, "closed by the peer"});
      return turn::over;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return turn::drained;
    } else if (errno != EINTR) {
      fail(error{errc::connection_lost, text_of(errno)});
      return turn::over;
    }
  }
  return turn::more;
}

/// What the peer sent before it stopped reading, perhaps its reason, is read before the end.
void tcp_link::write_side_broke() {
  switch (read_some()) {
    case turn::more:
      asio::post(core_->context(), [self = shared_from_this()] { self->write_side_broke(); });
      return;
    case turn::drained: {
      error reason{errc::connection_lost};
      {
        const std::lock_guard lock{mutex_};
        if (write_failure_) reason = *write_failure_;
      }
      return fail(reason);
    }
    case turn::over:
      return;
  }
}

// Ending -----------------------------------------------------------------------------------

/// Under the mutex. False if it has ended before.
bool tcp_link::end(std::deque<shared_bytes>& dropped) {
  if (phase_ == phase::ended) return false;
  phase_ = phase::ended;
  dropped.swap(queued_);
  unsent_ = 0;
  core_->open_count.fetch_sub(1);
  return true;
}

void tcp_link::close() {
  std::deque<shared_bytes> dropped;
  {
    const std::lock_guard lock{mutex_};
    if (!end(dropped)) return;
    say_end();
    // The peer learns it now; the I/O thread may be reading, so the descriptor is closed there.
    if (socket_.is_open()) ::shutdown(socket_.native_handle(), SHUT_RDWR);
  }
  asio::post(core_->context(), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->release();
  });
}

void tcp_link::fail(const error& reason) {
  std::deque<shared_bytes> dropped;
  {
    const std::lock_guard lock{mutex_};
    if (!end(dropped)) return;
  }
  handler_->on_closed(reason.with_segment_store(address_));
  release();
}

void tcp_link::port_ended() {
  fail(error{errc::closed, "the connection port ended"});
  release();
}

/// On the I/O thread. The handler usually owns this object: letting it go ends the cycle.
void tcp_link::release() {
  const auto self = shared_from_this();
  timer_.cancel();
  {
    const std::lock_guard lock{mutex_};
    std::error_code ignored;
    socket_.close(ignored);
    tls_.reset();
  }
  core_->forget(id_);
  const auto freed_last = std::move(handler_);
}

}  // namespace pravega_actor::internal
