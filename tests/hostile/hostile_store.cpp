#include "hostile/hostile_store.hpp"

#include <algorithm>

#include "wire/big_endian.hpp"

namespace pravega_actor::hostile {

using namespace internal;

namespace {

frame_bytes whole(const wire::frame& frame) {
  auto bytes = raw_frame(frame.type, static_cast<std::int32_t>(frame.payload.size()));
  bytes.insert(bytes.end(), frame.payload.begin(), frame.payload.end());
  return bytes;
}

}  // namespace

frame_bytes raw_frame(std::int32_t type, std::int32_t length, std::size_t following) {
  frame_bytes bytes(limits::frame_header_bytes + following, std::byte{'x'});
  wire::store_big_endian<std::int32_t>(bytes.data(), type);
  wire::store_big_endian<std::int32_t>(bytes.data() + 4, length);
  return bytes;
}

/// Between the client and a connection of the honest store.
class hostile_port::relay final : public connection_handler,
                                  public connection,
                                  public line,
                                  public std::enable_shared_from_this<relay> {
 public:
  relay(hostile_port& of, std::shared_ptr<connection_handler> client)
      : of_{of}, client_{std::move(client)} {}
  std::shared_ptr<connection> store;

  // The honest store's side:
  void on_connected() override {
    if (auto client = client_) client->on_connected();
    if (!of_.attack_.at_connect || of_.strikes_ >= of_.strikes_max_) return;
    ++of_.strikes_;
    of_.attack_.at_connect(*this);
  }
  std::span<std::byte> receive_buffer() override { return from_store_.prepare(); }
  void on_received(std::size_t count) override {
    from_store_.commit(count);
    for (auto next = from_store_.next(); next && *next; next = from_store_.next()) {
      if (muted_ || of_.strike(of_.attack_.on_reply, *this, **next)) continue;
      answer(whole(**next), duration{0});
    }
  }
  void on_closed(const error& why) override { end_client(why); }

  // The client's side:
  void send(std::span<const shared_bytes> parts) override {
    for (const auto& part : parts)
      take_from_client(part.view);
  }
  std::size_t unsent_bytes() const override { return 0; }
  void close() override {
    client_ = nullptr;
    store->close();
  }

  // The attack's side:
  void answer(frame_bytes bytes, duration later) override {
    waiting_.push_back(std::move(bytes));
    const auto now = of_.world_.now();
    last_ = std::max(last_, now) + later;
    of_.world_.after(last_ - now, [me = shared_from_this()] { me->deliver(); });
  }
  void hang_up() override { answer({}, milliseconds{1}); }
  void hang_up_after(duration later) override {
    of_.world_.after(later, [me = shared_from_this()] { me->end_by_peer(); });
  }
  void mute() override { muted_ = true; }

 private:
  void deliver() {
    auto bytes = std::move(waiting_.front());
    waiting_.pop_front();
    if (bytes.empty()) return end_by_peer();
    byte_view rest{bytes};
    while (client_ && !rest.empty()) {
      auto client = client_;
      const auto room = client->receive_buffer();
      const auto count = std::min(room.size(), rest.size());
      std::copy_n(rest.begin(), count, room.begin());
      client->on_received(count);
      rest = rest.subspan(count);
    }
  }
  void end_by_peer() {
    end_client({errc::connection_lost, "closed by the peer"});
    store->close();
  }
  void end_client(const error& why) {
    if (auto client = std::exchange(client_, nullptr)) client->on_closed(why);
  }
  void take_from_client(byte_view bytes) {
    while (!bytes.empty()) {
      const auto room = from_client_.prepare();
      const auto count = std::min(room.size(), bytes.size());
      std::copy_n(bytes.begin(), count, room.begin());
      from_client_.commit(count);
      bytes = bytes.subspan(count);
      for (auto next = from_client_.next(); next && *next; next = from_client_.next())
        request(**next);
    }
  }
  void request(const wire::frame& frame) {
    if (muted_ || of_.strike(of_.attack_.on_request, *this, frame)) return;
    const shared_bytes bytes{whole(frame)};
    store->send({&bytes, 1});
  }

  friend class hostile_port;
  hostile_port& of_;
  std::shared_ptr<connection_handler> client_;
  wire::frame_reader from_store_;
  wire::frame_reader from_client_;
  std::deque<frame_bytes> waiting_;
  time_point last_{};
  bool muted_ = false;
};

bool hostile_port::strike(const frame_hook& hook, line& on, const wire::frame& frame) {
  if (strikes_ >= strikes_max_ || !hook || !hook(on, frame)) return false;
  ++strikes_;
  return true;
}

void hostile_port::arm(attack chosen, std::size_t strikes_max) {
  attack_ = std::move(chosen);
  strikes_max_ = strikes_max;
  strikes_ = 0;
}

std::shared_ptr<connection> hostile_port::connect(const endpoint& to, duration timeout,
                                                  std::shared_ptr<connection_handler> handler) {
  if (to.host != hostile_host) return inner_->connect(to, timeout, std::move(handler));
  ++attacked_;
  auto made = std::make_shared<relay>(*this, std::move(handler));
  made->store = inner_->connect(to, timeout, made);
  return made;
}

}  // namespace pravega_actor::hostile
