#include "client/status_collector.hpp"

#include "support/actor_world.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;

namespace {

struct collecting : actor_world {
  std::vector<client_status> got;
  collecting() {
    context->board = std::make_shared<status_board>();
    context->owed = std::make_shared<owed_board>();
  }
  void collect() {
    system.spawn(status_collector, std::shared_ptr<const segment_context>{context},
                 [this](const client_status& status) { got.push_back(status); });
    run_for(seconds{3});
  }
};

}  // namespace

TEST_CASE("status collector: services that do not answer are left out", "[status]") {
  collecting f;
  f.collect();
  REQUIRE(f.got.size() == 1);
  CHECK(f.got[0].controller == "controller:9090");
  CHECK(f.got[0].controller_calls == 0);
  CHECK(f.got[0].connections == 0);
}

TEST_CASE("status collector: what the services count is in the status", "[status]") {
  collecting f;
  f.context->writing = std::make_shared<shared_limit>(1u << 30);
  f.context->writing->add(65536);
  const auto calls = f.system.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](const get_controller_client_status&) {
      controller_client_status status;
      status.calls = 5;
      status.failures = 2;
      return status;
    }};
  });
  f.context->controller->set(caf::actor_cast<controller_service>(calls));
  const auto connections = f.system.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {[](const get_connection_manager_status&) {
      connection_manager_status status;
      status.dedicated = 3;
      status.shared = 4;
      return status;
    }};
  });
  f.context->connections->set(caf::actor_cast<connection_service>(connections));
  f.collect();
  REQUIRE(f.got.size() == 1);
  CHECK(f.got[0].controller_calls == 5);
  CHECK(f.got[0].controller_failures == 2);
  CHECK(f.got[0].connections == 7);
  CHECK(f.got[0].writers_outstanding_bytes == 65536);
}

}  // namespace pravega_actor::test
