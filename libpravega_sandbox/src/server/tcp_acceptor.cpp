#include "server/tcp_acceptor.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "pravega_actor/endpoint.hpp"
#include "server/server_limits.hpp"

namespace pravega_sandbox {

using pravega_actor::errc;
using pravega_actor::error;

namespace {

error listen_error(const asio::ip::tcp::endpoint& address, const std::string& reason) {
  const pravega_actor::endpoint named{address.address().to_string(), address.port()};
  return error{errc::io_error, "cannot listen on " + named.to_string() + ": " + reason};
}

}  // namespace

tcp_acceptor::tcp_acceptor(asio::io_context& io, receiver accepted)
    : accepted_{std::move(accepted)}, socket_{io}, pause_{io} {}

pravega_actor::result<void> tcp_acceptor::listen(const asio::ip::tcp::endpoint& address) {
  if (socket_.is_open()) return {};
  asio::error_code failure;
  socket_.open(address.protocol(), failure);
  if (!failure) (void)::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC);
  if (!failure) socket_.set_option(asio::socket_base::reuse_address{true}, failure);
  if (!failure) socket_.bind(address, failure);
  if (!failure) socket_.listen(asio::socket_base::max_listen_connections, failure);
  if (!failure) socket_.native_non_blocking(true, failure);
  if (!failure) address_ = socket_.local_endpoint(failure);
  if (failure) {
    stop();
    return listen_error(address, failure.message());
  }
  wait();
  return {};
}

void tcp_acceptor::stop() {
  asio::error_code ignored;
  socket_.close(ignored);
  pause_.cancel();
}

void tcp_acceptor::wait() {
  socket_.async_wait(asio::ip::tcp::acceptor::wait_read,
                     [this](const asio::error_code& failure) {
                       if (failure == asio::error::operation_aborted || !socket_.is_open())
                         return;
                       if (accept_waiting())
                         wait();
                       else if (socket_.is_open())
                         pause();
                     });
}

// False if accepting failed, or if what took a connection has stopped this. A burst waits for
// its next turn: others use the thread, too.
bool tcp_acceptor::accept_waiting() {
  for (std::size_t i = 0; i < server_limits::accepts_per_turn_max; ++i) {
    const int descriptor =
        ::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      accepted_(descriptor);
      if (!socket_.is_open()) return false;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return true;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return false;
    }
  }
  return true;
}

// Without it the failure could come back at once.
void tcp_acceptor::pause() {
  pause_.expires_after(server_limits::accept_pause);
  pause_.async_wait([this](const asio::error_code& cancelled) {
    if (!cancelled && socket_.is_open()) wait();
  });
}

}  // namespace pravega_sandbox
