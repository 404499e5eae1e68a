// A connection manager over connections that open when the test says so.
#pragma once

#include <caf/scheduler/test_coordinator.hpp>

#include "connection/connection_manager.hpp"
#include "support/append_peer.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;

struct still_environment final : environment {
  time_point at{};
  std::int64_t wall_clock_ms() override { return 0; }
  time_point now() override { return at; }
  std::uint64_t random() override { return 4; }
  std::int32_t next_flow_id() override { return 1; }
};

/// Connections that open when the test says so.
struct slow_port final : connection_port {
  struct nothing final : connection {
    void send(std::span<const shared_bytes>) override {}
    std::size_t unsent_bytes() const override { return 0; }
    void close() override {}
  };
  std::vector<std::shared_ptr<session>> opened;
  std::shared_ptr<connection> connect(const endpoint&, duration,
                                      std::shared_ptr<connection_handler> handler) override {
    opened.push_back(std::static_pointer_cast<session>(handler));
    return std::make_shared<nothing>();
  }
  std::size_t open_connections() const override { return 0; }
  void greet(std::size_t which) {
    opened.at(which)->on_connected();
    feed(*opened.at(which), *wire::encode(wire::hello{16, 5}));
  }
};

struct manager_settings : caf::actor_system_config {
  manager_settings() { set("scheduler.policy", caf::atom("testing")); }
};

struct no_answers final : reply_sink {
  void on_reply(const wire::frame&) override {}
  void on_session_closed(const error&) override {}
};

inline const endpoint store{"store", 1};
inline const endpoint other{"other", 1};

struct manager_world {
  manager_settings chosen;
  caf::actor_system system{chosen};
  caf::scheduler::test_coordinator& jobs =
      dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  std::shared_ptr<slow_port> port = std::make_shared<slow_port>();
  connection_service manager;
  std::vector<result<std::shared_ptr<session>>> got;

  explicit manager_world(std::size_t per_store_max = 2) {
    connection_setup setup;
    setup.port = port;
    setup.env = std::make_shared<still_environment>();
    setup.pool = std::make_shared<buffer_pool>();
    manager = system.spawn(connection_manager, setup, per_store_max);
  }
  ~manager_world() {
    caf::anon_send_exit(manager, caf::exit_reason::user_shutdown);
    manager = nullptr;
    jobs.run();
  }
  template <class Answer, class T>
  void ask(T what, std::function<void(const Answer&)> then) {
    system.spawn([this, what, then](caf::event_based_actor* self) {
      self->request(manager, caf::infinite, what).then(then);
    });
    jobs.run();
  }
  void open(const endpoint& peer, bool dedicated = false) {
    ask<session_opened>(open_session{peer, dedicated}, [this](const session_opened& answer) {
      got.push_back(answer.outcome);
    });
  }
  void greet(std::size_t which) {
    port->greet(which);
    jobs.run();
  }
  connection_manager_status status() {
    connection_manager_status seen;
    ask<connection_manager_status>(get_connection_manager_status{},
                                   [&](const connection_manager_status& now) { seen = now; });
    return seen;
  }
};

}  // namespace pravega_actor::test
