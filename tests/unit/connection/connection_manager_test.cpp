#include "connection/connection_manager.hpp"

#include "unit/connection/manager_world.hpp"

namespace pravega_actor::test {

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
