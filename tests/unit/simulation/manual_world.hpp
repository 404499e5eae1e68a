// A virtual world that a test drives by itself, and what connects to its stores.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "simulation/simulated_network.hpp"
#include "support/catch.hpp"
#include "wire/codec.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_sandbox::test {

using pravega_actor::uuid;

inline const std::string segment_name = "s/t/0.#epoch.0";
inline constexpr uuid writer_id{3, 4};

struct manual_world {
  time_point now{};
  virtual_world world;

  explicit manual_world(std::uint64_t seed = 1, const fault_plan& plan = {})
      : world{seed, plan} {
    world.clock = [this] { return now; };
    world.begin();
  }
  // What happens until then, in time's order.
  void run(duration span) {
    const auto end = now + span;
    for (;;) {
      while (world.due_count() > 0)
        world.run_due(0);
      time_point next{};
      if (!world.next_time(next) || next > end) break;
      now = std::max(now, next);
    }
    now = end;
  }
  [[nodiscard]] bool noted(const std::string& text) const {
    return world.trace.find(text) != std::string::npos;
  }
};

/// The client's end of a simulated connection: whole frames.
class peer final : public connection_handler {
 public:
  void on_connected() override { connected = true; }
  std::span<std::byte> receive_buffer() override { return reader_.prepare(); }
  void on_received(std::size_t count) override {
    reader_.commit(count);
    for (auto next = reader_.next(); next && *next; next = reader_.next())
      frames.push_back(**next);
  }
  void on_closed(const error& reason) override { closed = reason.detail(); }

  template <class Reply>
  Reply take() {
    REQUIRE_FALSE(frames.empty());
    const auto frame = frames.front();
    frames.pop_front();
    INFO("got " << wire::type_name(frame.type));
    REQUIRE(frame.type == Reply::code);
    return *wire::decode_as<Reply>(frame.payload);
  }

  bool connected = false;
  std::string closed;
  std::deque<wire::frame> frames;

 private:
  wire::frame_reader reader_;
};

struct network_world : manual_world {
  store_model store;
  simulated_stores stores;
  simulated_network network;

  explicit network_world(std::size_t count = 2, const fault_plan& plan = {},
                         std::uint64_t seed = 1)
      : manual_world{seed, plan}, stores{world, store, count}, network{world, store, stores} {
    store.create(segment_name);
    if (count > 1) REQUIRE(stores.move_segment(segment_name, 0));
  }

  struct link {
    std::shared_ptr<peer> client = std::make_shared<peer>();
    std::shared_ptr<connection> wire_end;
  };
  link connect(std::size_t to) { return connect(stores.addresses()[to]); }
  link connect(const endpoint& to) {
    link made;
    made.wire_end = network.connect(to, seconds{5}, made.client);
    run(milliseconds{100});
    return made;
  }
  template <class... Commands>
  void send(const link& on, const Commands&... commands) {
    std::vector<std::byte> bytes;
    const bool encoded = (wire::encode_to(bytes, commands).has_value() && ...);
    REQUIRE(encoded);
    const shared_bytes all{std::move(bytes)};
    on.wire_end->send({&all, 1});
  }
  void setup(const link& on) {
    send(on, wire::setup_append{1, writer_id, segment_name, {}});
    run(milliseconds{100});
    (void)on.client->take<wire::append_setup>();
  }
  static wire::append_block_end block(std::int64_t number) {
    return {writer_id, 0, std::vector<std::byte>(100), 1, number, 1};
  }
  [[nodiscard]] std::int64_t length() const { return store.find(segment_name)->length(); }
};

}  // namespace pravega_sandbox::test
