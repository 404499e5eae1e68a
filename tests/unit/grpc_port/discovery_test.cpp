#include "grpc_port/discovery.hpp"

#include <vector>

#include "scripted_controller.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;
using namespace std::chrono_literals;
using pravega_actor::internal::discovery_schedule;

namespace {

/// A controller that creates scopes and counts them.
struct counting_controller {
  std::atomic<int> scopes{0};
  scripted_controller server;
  explicit counting_controller(int port = 0) : server{port} {
    server.on<pb::ScopeInfo, pb::CreateScopeStatus>("createScope",
                                                    [this](const auto&, auto&) { ++scopes; });
  }
  void tell(const std::vector<int>& ports) {
    pb::ServerResponse list;
    for (const int port : ports) {
      auto& each = *list.add_nodeuri();
      each.set_endpoint("127.0.0.1");
      each.set_port(port);
    }
    server.answer("getControllerServerList", list);
  }
};

int closed_port() {
  const scripted_controller gone;
  return gone.port();
}

bool create(controller_port& port) {
  return ask(port, create_scope{"sc"}).has_value();
}

std::string discovering(const counting_controller& at) {
  return "pravega://" + at.server.address();
}

}  // namespace

TEST_CASE("a list is asked for once, and again when it is old", "[discovery]") {
  discovery_schedule schedule;
  const time_point start{};
  CHECK(schedule.due(start));
  CHECK_FALSE(schedule.due(start + 1h));  // the first question is not answered
  schedule.answered(true);
  CHECK_FALSE(schedule.due(start + discovery_schedule::period - 1ms));
  CHECK(schedule.due(start + discovery_schedule::period));
}

TEST_CASE("a failure asks for a new list, but not at once", "[discovery]") {
  discovery_schedule schedule;
  const time_point start{};
  CHECK(schedule.due(start));
  schedule.answered(true);
  schedule.call_failed();
  CHECK_FALSE(schedule.due(start + discovery_schedule::gap_min - 1ms));
  CHECK(schedule.due(start + discovery_schedule::gap_min));
  // No list counts as a failure, too.
  schedule.answered(false);
  CHECK_FALSE(schedule.due(start + discovery_schedule::gap_min + 1ms));
  CHECK(schedule.due(start + 2 * discovery_schedule::gap_min));
  schedule.answered(true);
  CHECK_FALSE(schedule.due(start + 10 * discovery_schedule::gap_min));
}

TEST_CASE("calls go to the controllers that the first one names", "[discovery]") {
  counting_controller first;
  counting_controller second;
  first.tell({second.server.port()});
  const auto port = port_to(discovering(first));
  REQUIRE(port != nullptr);
  CHECK(port->address() == first.server.address());
  REQUIRE(eventually([&] { return create(*port) && second.scopes > 0; }));
  const int before = first.scopes;
  for (int i = 0; i < 20; ++i)
    CHECK(create(*port));
  CHECK(first.scopes == before);
  CHECK(second.scopes > 20);
}

TEST_CASE("only pravega:// discovers", "[discovery]") {
  counting_controller first;
  counting_controller second;
  first.tell({second.server.port()});
  const auto port = port_to(first.server.uri());
  for (int i = 0; i < 20; ++i)
    CHECK(create(*port));
  CHECK(first.scopes == 20);
  CHECK(second.scopes == 0);
  CHECK(first.server.arrived() == 20);
}

TEST_CASE("of two controllers in the list one may be dead", "[discovery]") {
  counting_controller first;
  counting_controller second;
  first.tell({closed_port(), second.server.port()});
  const auto port = port_to(discovering(first));
  REQUIRE(eventually([&] { return create(*port) && second.scopes > 0; }));
  int failed = 0;
  for (int i = 0; i < 30; ++i)
    failed += create(*port) ? 0 : 1;
  CHECK(failed == 0);
}

TEST_CASE("a list that leads nowhere leaves the configured controller", "[discovery]") {
  counting_controller first;
  first.tell({closed_port()});
  const auto port = port_to(discovering(first));
  int failed = 0;
  for (int i = 0; i < 50; ++i)
    failed += create(*port) ? 0 : 1;
  CHECK(failed == 0);
  CHECK(first.scopes == 50);
}

TEST_CASE("a controller that knows no list, or an empty one, serves itself", "[discovery]") {
  counting_controller first;
  SECTION("it fails as a standalone one does") {
    first.server.fail("getControllerServerList", grpc::StatusCode::UNKNOWN,
                      "Controller cluster not initialized");
  }
  SECTION("it is empty") {
    first.tell({});
  }
  SECTION("it makes no sense") {
    first.tell({0});
  }
  const auto port = port_to(discovering(first));
  for (int i = 0; i < 20; ++i)
    CHECK(create(*port));
  CHECK(first.scopes == 20);
}

TEST_CASE("when the list changes after a failure, calls move on", "[discovery]") {
  counting_controller first;
  auto second = std::make_unique<counting_controller>();
  counting_controller third;
  first.tell({second->server.port()});
  const auto port = port_to(discovering(first));
  REQUIRE(eventually([&] { return create(*port) && second->scopes > 0; }));
  first.tell({third.server.port()});
  second.reset();
  CHECK(eventually([&] {
    (void)create(*port);
    return third.scopes > 0;
  }));
}

TEST_CASE("the configured controller may be dead when another one is configured",
          "[discovery]") {
  counting_controller second;
  counting_controller third;
  second.tell({third.server.port()});
  const auto port = port_to("pravega://127.0.0.1:" + std::to_string(closed_port()) + "," +
                            second.server.address());
  CHECK(eventually([&] { return create(*port) && third.scopes > 0; }));
}

TEST_CASE("a port ends while it asks for the list", "[discovery]") {
  counting_controller first;
  first.server.hang("getControllerServerList");
  for (int round = 0; round < 10; ++round) {
    const auto port = port_to(discovering(first));
    CHECK(create(*port));
  }
}
