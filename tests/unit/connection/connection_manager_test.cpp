#include "connection/connection_manager.hpp"

#include <caf/scheduler/test_coordinator.hpp>

#include "support/append_peer.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;
namespace {

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

struct settings : caf::actor_system_config {
  settings() { set("scheduler.policy", caf::atom("testing")); }
};

struct no_answers final : reply_sink {
  void on_reply(const wire::frame&) override {}
  void on_session_closed(const error&) override {}
};

const endpoint store{"store", 1};
const endpoint other{"other", 1};

struct manager_world {
  settings chosen;
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

}  // namespace

TEST_CASE("a shared connection that is not used is handed out again", "[connections]") {
  manager_world w;
  w.open(store);
  CHECK(w.got.empty());
  CHECK(w.status().connecting == 1);
  w.greet(0);
  w.open(store);
  REQUIRE(w.got.size() == 2);
  CHECK(w.got[0].value() == w.got[1].value());
  CHECK(w.status().shared == 1);
  CHECK(w.port->opened.size() == 1);
}

TEST_CASE("a dedicated connection is opened for each that asks", "[connections]") {
  manager_world w;
  w.open(store, true);
  w.open(store, true);
  w.greet(0);
  w.greet(1);
  REQUIRE(w.got.size() == 2);
  CHECK(w.got[0].value() != w.got[1].value());
  CHECK(w.got[0].value()->dedicated());
  CHECK(w.status().dedicated == 2);
  CHECK(w.status().shared == 0);
}

TEST_CASE("above the limit of a store the least used connection is shared", "[connections]") {
  manager_world w{2};
  w.open(store);
  w.greet(0);
  const auto sink = std::make_shared<no_answers>();
  REQUIRE(w.got[0].value()->attach(1, sink));
  REQUIRE(w.got[0].value()->attach(2, sink));
  w.open(store);
  w.greet(1);
  REQUIRE(w.got.size() == 2);
  REQUIRE(w.got[1].value()->attach(1, sink));
  CHECK(w.got[0].value() != w.got[1].value());
  w.open(store);
  REQUIRE(w.got.size() == 3);
  CHECK(w.got[2].value() == w.got[1].value());
  CHECK(w.port->opened.size() == 2);
  // The limit is each store's own.
  w.open(other);
  CHECK(w.port->opened.size() == 3);
}

TEST_CASE("all who wait for a connection learn that it failed", "[connections]") {
  manager_world w{1};
  w.open(store);
  w.open(store);
  CHECK(w.port->opened.size() == 1);
  w.port->opened[0]->on_closed(errc::segment_store_unreachable);
  w.jobs.run();
  REQUIRE(w.got.size() == 2);
  for (const auto& each : w.got) {
    CHECK(each.error() == errc::segment_store_unreachable);
    CHECK(each.error().segment_store() == "store:1");
  }
  CHECK(w.status().connecting == 0);
}

TEST_CASE("a connection that ended is opened anew", "[connections]") {
  manager_world w;
  w.open(store);
  w.greet(0);
  w.got[0].value()->close(errc::connection_lost);
  w.open(store);
  CHECK(w.port->opened.size() == 2);
  w.greet(1);
  REQUIRE(w.got.size() == 2);
  CHECK_FALSE(w.got[1].value()->closed());
  CHECK(w.status().shared == 1);
}

TEST_CASE("the end of the manager answers and ends what is open", "[connections]") {
  manager_world w;
  w.open(store, true);
  w.greet(0);
  w.open(store, true);
  caf::anon_send_exit(w.manager, caf::exit_reason::kill);
  w.jobs.run();
  REQUIRE(w.got.size() == 2);
  CHECK(w.got[1].error() == errc::actor_terminated);
  CHECK(w.got[0].value()->closed());
}

}  // namespace pravega_actor::test
