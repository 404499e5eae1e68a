// The connections of a process that may die.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "pravega_actor/ports/connection_port.hpp"
#include "pravega_sandbox/simulation.hpp"

namespace simulation_tests {

/// Connects through another port until it dies. Then all its connections end, and what remains
/// of its process reaches nobody. Bytes on their way still arrive.
class mortal_network final : public pravega_actor::connection_port {
 public:
  mortal_network(pravega_sandbox::simulation& world,
                 std::shared_ptr<pravega_actor::connection_port> inner)
      : world_{world}, inner_{std::move(inner)} {}

  std::shared_ptr<pravega_actor::connection> connect(
      const pravega_actor::endpoint& to, pravega_actor::duration timeout,
      std::shared_ptr<pravega_actor::connection_handler> handler) override {
    auto made = std::make_shared<relay>(std::move(handler));
    if (dead_) {
      end_soon(made);
      return made;
    }
    std::erase_if(relays_, [](const auto& each) { return each.expired(); });
    relays_.push_back(made);
    made->inner = inner_->connect(to, timeout, made);
    return made;
  }
  std::size_t open_connections() const override { return inner_->open_connections(); }

  void die() {
    dead_ = true;
    for (const auto& each : std::exchange(relays_, {}))
      if (const auto alive = each.lock(); alive && alive->handler) {
        alive->inner->close();
        end_soon(alive);
      }
  }

 private:
  struct relay final : pravega_actor::connection, pravega_actor::connection_handler {
    explicit relay(std::shared_ptr<pravega_actor::connection_handler> to)
        : handler{std::move(to)} {}
    void send(std::span<const pravega_actor::shared_bytes> parts) override {
      if (inner) inner->send(parts);
    }
    std::size_t unsent_bytes() const override { return inner ? inner->unsent_bytes() : 0; }
    void close() override {
      handler.reset();
      if (inner) inner->close();
    }
    void on_connected() override { handler->on_connected(); }
    std::span<std::byte> receive_buffer() override { return handler->receive_buffer(); }
    void on_received(std::size_t count) override {
      const auto kept = handler;
      kept->on_received(count);
    }
    void on_closed(const pravega_actor::error& reason) override {
      if (const auto last = std::exchange(handler, nullptr)) last->on_closed(reason);
    }

    std::shared_ptr<pravega_actor::connection> inner;
    /// None: it has ended.
    std::shared_ptr<pravega_actor::connection_handler> handler;
  };

  void end_soon(const std::shared_ptr<relay>& which) {
    world_.after(pravega_actor::milliseconds{1}, [which] {
      which->on_closed({pravega_actor::errc::connection_lost, "the process is dead"});
    });
  }

  pravega_sandbox::simulation& world_;
  const std::shared_ptr<pravega_actor::connection_port> inner_;
  std::vector<std::weak_ptr<relay>> relays_;
  bool dead_ = false;
};

}  // namespace simulation_tests
