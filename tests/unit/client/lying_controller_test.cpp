// One of several controllers lies.
#include "pravega_actor/client.hpp"
#include "support/catch.hpp"
#include "unit/client/live_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

TEST_CASE("a controller of several that lies ends no writer", "[client]") {
  const auto liars = GENERATE(1, 2);
  int asked = 0;
  const live_world w{[&](const controller::request& call) -> result<controller::reply> {
    // They take turns.
    const bool first = asked++ % 2 == 0;
    if (!first && liars == 1) return one_stream(call);
    return error{errc::protocol_violation, "it contradicts"}.with_controller(first ? "a:1"
                                                                                   : "b:1");
  }};
  w.controller->count = 2;
  auto made = client::create({}, w.ports());
  REQUIRE(made);
  auto user = std::move(*made);
  auto writer = user.create_writer({"scope", "stream"});
  if (liars == 2) {
    REQUIRE_FALSE(writer);
    CHECK(writer.error() == errc::protocol_violation);
    return;
  }
  REQUIRE(writer);
  for (int i = 0; i < 100; ++i)
    REQUIRE(writer->write("key-" + std::to_string(i), as_bytes("x"), seconds{20}));
  CHECK(writer->close(seconds{20}).outcome);
  CHECK(user.close().outcome);
}
