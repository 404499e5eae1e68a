#include "server/store_connection.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <asio/post.hpp>
#include <cerrno>
#include <utility>

#include "server/server_limits.hpp"

namespace pravega_sandbox {

store_connection::store_connection(asio::ip::tcp::socket socket, connection_owner& owner,
                                   store_model& store, store_session::options options,
                                   std::uint64_t id)
    : socket_{std::move(socket)},
      timer_{socket_.get_executor()},
      owner_{owner},
      store_{store},
      id_{id},
      unsent_memory_{store.memory(), memory_use::replies},
      session_{store, *this, options} {}

void store_connection::start() {
  asio::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  socket_.non_blocking(true, ignored);
  wait_for_input();
}

void store_connection::resume() {
  if (ended_) return;
  receive();
}

// With much unsent, here or on all connections together, input waits: the peer must take its
// replies first.
bool store_connection::full() const noexcept {
  const auto unsent = unsent_memory_.bytes();
  return unsent > server_limits::unsent_bytes_max || (unsent > 0 && store_.memory().crowded());
}

void store_connection::wait_for_input() {
  if (ended_ || reading_ || full() || !owner_.answers()) return;
  reading_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](const asio::error_code& failure) {
                       self->reading_ = false;
                       if (!failure && self->owner_.answers()) self->receive();
                     });
}

void store_connection::receive() {
  if (ended_) return;
  owner_.update_time();
  in_turn_ = true;
  auto result = receive_result::more;
  for (std::size_t round = 0; result == receive_result::more; ++round) {
    if (round * wire::frame_reader::receive_buffer_bytes >= server_limits::turn_bytes_max)
      break;
    result = receive_some();
  }
  in_turn_ = false;
  if (result == receive_result::ended) {
    end(false);
    return;
  }
  after_turn();
}

store_connection::receive_result store_connection::receive_some() {
  if (session_.closed() || full()) return receive_result::drained;
  const auto room = session_.receive_buffer();
  if (room.empty()) return receive_result::drained;
  const auto count = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
  if (count > 0) {
    session_.on_received(static_cast<std::size_t>(count));
    const bool filled = static_cast<std::size_t>(count) == room.size();
    return filled ? receive_result::more : receive_result::drained;
  }
  if (count < 0 && errno == EINTR) return receive_result::more;
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return receive_result::drained;
  return receive_result::ended;
}

void store_connection::after_turn() {
  flush();
  if (ended_) return;
  if (session_ended_) {
    // What was answered before the end is still sent.
    if (unsent_.empty()) end(false);
    return;
  }
  arm_timer();
  wait_for_input();
}

// Replies of another connection's turn are gathered, too: they leave when that turn is over.
void store_connection::send(std::vector<shared_bytes> parts) {
  std::size_t added = 0;
  for (auto& part : parts) {
    added += part.size();
    unsent_.push_back(std::move(part));
  }
  unsent_memory_.set(unsent_memory_.bytes() + added);
  if (in_turn_ || turn_posted_) return;
  turn_posted_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->turn_posted_ = false;
    if (!self->ended_) self->after_turn();
  });
}

void store_connection::close() {
  session_ended_ = true;
  send({});
}

void store_connection::flush() {
  if (!owner_.answers() || writing_ || ended_) return;
  while (!unsent_.empty()) {
    if (write_some()) continue;
    if (ended_) return;
    writing_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_write,
                       [self = shared_from_this()](const asio::error_code& failure) {
                         self->writing_ = false;
                         if (!failure && !self->ended_) self->after_turn();
                       });
    return;
  }
}

bool store_connection::write_some() {
  std::array<iovec, server_limits::send_parts_max> vectors;
  const auto count = std::min(unsent_.size(), vectors.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto view = unsent_[i].view;
    vectors[i] = {const_cast<std::byte*>(view.data()), view.size()};
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = count;
  const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) {
    drop_sent(static_cast<std::size_t>(sent));
    return true;
  }
  if (errno == EINTR) return true;
  if (errno != EAGAIN && errno != EWOULDBLOCK) end(true);
  return false;
}

void store_connection::drop_sent(std::size_t count) {
  unsent_memory_.set(unsent_memory_.bytes() - count);
  while (!unsent_.empty() && unsent_.front().size() <= count) {
    count -= unsent_.front().size();
    unsent_.pop_front();
  }
  if (count > 0) unsent_.front().view = unsent_.front().view.subspan(count);
}

void store_connection::arm_timer() {
  const auto due = session_.next_due_ms();
  if (!due || timing_) return;
  timing_ = true;
  timer_.expires_after(
      std::chrono::milliseconds{std::max<std::int64_t>(1, *due - store_.now_ms())});
  timer_.async_wait([self = shared_from_this()](const asio::error_code& failure) {
    self->timing_ = false;
    if (!failure && !self->ended_) self->on_timer();
  });
}

void store_connection::on_timer() {
  owner_.update_time();
  in_turn_ = true;
  session_.on_time();
  in_turn_ = false;
  after_turn();
}

void store_connection::end(bool abrupt) {
  if (ended_) return;
  ended_ = true;
  session_.on_closed();
  unsent_.clear();
  unsent_memory_.set(0);
  asio::error_code ignored;
  if (abrupt) socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
  timer_.cancel();
  owner_.on_ended(*this);
}

}  // namespace pravega_sandbox
