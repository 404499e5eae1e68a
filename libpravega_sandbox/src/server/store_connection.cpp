#include "server/store_connection.hpp"

#include <algorithm>
#include <asio/post.hpp>
#include <utility>

#include "server/server_limits.hpp"

namespace pravega_sandbox {

store_connection::store_connection(asio::ip::tcp::socket socket,
                                   std::unique_ptr<server_stream> stream,
                                   connection_owner& owner, store_model& store,
                                   store_session::options options, std::uint64_t id)
    : socket_{std::move(socket)},
      stream_{std::move(stream)},
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
  shake_hands();
}

void store_connection::resume() {
  if (ended_) return;
  if (shaken_)
    receive();
  else
    shake_hands();
}

void store_connection::shake_hands() {
  if (ended_ || shaking_ || !owner_.answers() || !owner_.shakes_hands()) return;
  const auto now = stream_->shake_hands();
  if (now == server_stream::state::ended) return end(false);
  if (now != server_stream::state::done) {
    limit_handshake();
    return wait_to_shake(now == server_stream::state::wants_write);
  }
  shaken_ = true;
  timer_.cancel();
  wait_for_input();
}

void store_connection::wait_to_shake(bool for_output) {
  shaking_ = true;
  const auto what =
      for_output ? asio::ip::tcp::socket::wait_write : asio::ip::tcp::socket::wait_read;
  socket_.async_wait(what, [self = shared_from_this()](const asio::error_code& failure) {
    self->shaking_ = false;
    if (!failure) self->shake_hands();
  });
}

void store_connection::limit_handshake() {
  if (std::exchange(shaking_is_limited_, true)) return;
  timer_.expires_after(server_limits::handshake_max);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& failure) {
    if (failure || self->shaken_) return;
    // While handshakes are stalled on purpose there is no limit; afterwards there is one again.
    self->shaking_is_limited_ = false;
    if (self->owner_.shakes_hands()) self->end(false);
  });
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
  if (stream_->holds_bytes()) {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
      self->reading_ = false;
      if (self->owner_.answers()) self->receive();
    });
    return;
  }
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
  const auto got = stream_->receive(room);
  if (got.now == server_stream::state::ended) return receive_result::ended;
  if (got.now == server_stream::state::wants_write) {
    reading_wants_output_ = true;
    wait_for_output();
  }
  if (got.bytes > 0) session_.on_received(got.bytes);
  return got.more ? receive_result::more : receive_result::drained;
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
    wait_for_output();
    return;
  }
}

void store_connection::wait_for_output() {
  if (std::exchange(writing_, true)) return;
  socket_.async_wait(asio::ip::tcp::socket::wait_write,
                     [self = shared_from_this()](const asio::error_code& failure) {
                       self->writing_ = false;
                       if (failure || self->ended_) return;
                       if (std::exchange(self->reading_wants_output_, false))
                         self->receive();
                       else
                         self->after_turn();
                     });
}

bool store_connection::write_some() {
  const auto sent = stream_->send(unsent_);
  if (sent.now == server_stream::state::done) {
    drop_sent(sent.bytes);
    return true;
  }
  if (sent.now == server_stream::state::ended) end(true);
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
  auto due = session_.next_due_ms();
  if (const auto ends = session_.ends_at_ms()) due = std::min(due.value_or(*ends), *ends);
  if (!due || (timer_ms_ && *timer_ms_ <= *due)) return;
  timer_ms_ = due;
  const auto wait = std::max<std::int64_t>(1, *due - store_.now_ms());
  timer_.expires_after(std::min(std::chrono::milliseconds{wait}, server_limits::timer_max));
  timer_.async_wait([self = shared_from_this()](const asio::error_code& failure) {
    // An earlier time has taken its place.
    if (failure || self->ended_) return;
    self->timer_ms_.reset();
    self->on_timer();
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
  if (abrupt)
    socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
  else
    stream_->say_goodbye();
  socket_.close(ignored);
  timer_.cancel();
  owner_.on_ended(*this);
}

}  // namespace pravega_sandbox
