#include "controller_client/call_gate.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

void lose(call_gate& gate) {
  for (std::uint32_t i = 0; i < call_gate::unreachable_max; ++i)
    gate.on_unreachable();
}

}  // namespace

TEST_CASE("every call asks a controller that is there", "[call_gate]") {
  call_gate gate;
  for (call_gate::call_id call = 1; call <= 10; ++call) {
    CHECK(gate.admit(call));
    if (call % call_gate::unreachable_max != 0)
      gate.on_unreachable();
    else
      CHECK(gate.on_reached().empty());
  }
}

TEST_CASE("one call asks for all while the controller is away", "[call_gate]") {
  call_gate gate;
  lose(gate);
  CHECK(gate.admit(5));
  for (call_gate::call_id call = 1; call <= 1000; ++call)
    CHECK(gate.admit(call) == (call == 5));
  CHECK(gate.waits(1));
  CHECK_FALSE(gate.waits(5));
  gate.on_unreachable();
  CHECK(gate.admit(5));
  const auto released = gate.on_reached();
  REQUIRE(released.size() == 999);
  CHECK(released.front() == 1);
  CHECK(released.back() == 1000);
  CHECK(gate.admit(1));
  CHECK(gate.admit(2));
}

TEST_CASE("the oldest call takes the place of one that ends", "[call_gate]") {
  call_gate gate;
  lose(gate);
  CHECK(gate.admit(1));
  for (call_gate::call_id call = 2; call <= 4; ++call)
    CHECK_FALSE(gate.admit(call));
  CHECK_FALSE(gate.on_end(2));
  CHECK(gate.on_end(1) == 3);
  CHECK(gate.admit(3));
  CHECK_FALSE(gate.admit(4));
  CHECK(gate.on_end(3) == 4);
  CHECK(gate.admit(4));
  CHECK_FALSE(gate.on_end(4));
  // Nobody asks: the next one does.
  CHECK(gate.admit(9));
}
