// A segment store for appends behind a connection port in memory: it answers when the test says
// so, in the thread that says it. No actors, no sockets.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connection/session.hpp"
#include "wire/codec.hpp"
#include "wire/event_cursor.hpp"
#include "wire/hot.hpp"

namespace pravega_actor::test {

using namespace internal;

/// What a client sent: one frame.
struct sent_frame {
  std::weak_ptr<session> from;
  std::int32_t type = 0;
  std::vector<std::byte> payload;

  template <class T>
  [[nodiscard]] T as() const {
    return *wire::decode_as<T>(payload);
  }
  [[nodiscard]] bool is_block() const { return type == wire::append_block_end::code; }
  [[nodiscard]] wire::append_block_end_view block() const {
    return *wire::view_append_block_end(payload);
  }
  /// The payloads of a block's events.
  [[nodiscard]] std::vector<std::string> events() const {
    std::vector<std::string> out;
    const auto seen = block();
    wire::event_cursor cursor{seen.data};
    for (auto step = cursor.next(); step.what == wire::event_step::kind::event;
         step = cursor.next())
      out.emplace_back(as_text(step.payload));
    return out;
  }
  template <class T>
  void answer(const T& reply) const;
  void cut() const;
};

/// Hands bytes to a session as a port's I/O thread does.
inline void feed(session& to, byte_view bytes) {
  while (!bytes.empty() && !to.closed()) {
    const auto room = to.receive_buffer();
    const auto count = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), count, room.begin());
    to.on_received(count);
    bytes = bytes.subspan(count);
  }
}

template <class T>
void sent_frame::answer(const T& reply) const {
  if (auto to = from.lock()) feed(*to, *wire::encode(reply));
}
inline void sent_frame::cut() const {
  if (auto to = from.lock()) to->on_closed(error{errc::connection_lost, "cut by the test"});
}

/// Thread-safe. Frames of all its connections stand in one queue, Hello and KeepAlive left out.
class append_peer final : public connection_port {
 public:
  struct connection_count {
    std::size_t made = 0;
    std::size_t closed = 0;
  };

  /// A session that is connected; Hello is already answered.
  std::shared_ptr<session> open_session(bool dedicated = true,
                                        session::notice_handler notices = ignore_notices(),
                                        session::clock now = clock_type::now) {
    auto made =
        std::make_shared<session>(endpoint{"store", 12345}, dedicated,
                                  std::make_shared<buffer_pool>(), std::move(notices), now);
    made->open(*this, seconds{5});
    made->on_connected();
    return made;
  }
  static session::notice_handler ignore_notices() {
    return [](const session_notice&) {};
  }

  std::optional<sent_frame> take() {
    std::lock_guard lock{mutex_};
    if (frames_.empty()) return std::nullopt;
    auto first = std::move(frames_.front());
    frames_.pop_front();
    return first;
  }
  std::vector<sent_frame> take_all() {
    std::vector<sent_frame> out;
    while (auto next = take())
      out.push_back(std::move(*next));
    return out;
  }
  std::size_t waiting() const {
    std::lock_guard lock{mutex_};
    return frames_.size();
  }
  connection_count count() const {
    std::lock_guard lock{mutex_};
    return count_;
  }

  /// Called in the sending thread, without a lock, for each block.
  std::function<void()> on_block;

  // connection_port
  std::shared_ptr<connection> connect(const endpoint&, duration,
                                      std::shared_ptr<connection_handler> handler) override {
    std::lock_guard lock{mutex_};
    ++count_.made;
    return std::make_shared<line>(*this, std::static_pointer_cast<session>(handler));
  }
  std::size_t open_connections() const override {
    std::lock_guard lock{mutex_};
    return count_.made - count_.closed;
  }

 private:
  class line final : public connection {
   public:
    line(append_peer& to, std::weak_ptr<session> from) : to_{to}, from_{std::move(from)} {}
    void send(std::span<const shared_bytes> parts) override {
      std::vector<std::byte> all;
      for (const auto& part : parts)
        all.insert(all.end(), part.view.begin(), part.view.end());
      to_.on_sent(from_, all, open_);
    }
    std::size_t unsent_bytes() const override { return 0; }
    void close() override { to_.on_line_closed(open_); }

   private:
    append_peer& to_;
    const std::weak_ptr<session> from_;
    bool open_ = true;  // guarded by the peer's mutex
  };

  void on_sent(const std::weak_ptr<session>& from, const std::vector<std::byte>& bytes,
               const bool& open) {
    const auto type = wire::load_big_endian<std::int32_t>(bytes.data());
    if (type == wire::hello::code || type == wire::keep_alive::code) return;
    {
      std::lock_guard lock{mutex_};
      if (!open) return;
      frames_.push_back({from, type, {bytes.begin() + 8, bytes.end()}});
    }
    if (on_block && type == wire::append_block_end::code) on_block();
  }
  void on_line_closed(bool& open) {
    std::lock_guard lock{mutex_};
    if (std::exchange(open, false)) ++count_.closed;
  }

  mutable std::mutex mutex_;
  std::deque<sent_frame> frames_;
  connection_count count_;
};

}  // namespace pravega_actor::test
