#include "core/enough_memory.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a step for which there is no memory ends where it was", "[enough_memory]") {
  int steps = 0;
  CHECK(enough_memory_for([&] { ++steps; }));
  CHECK_FALSE(enough_memory_for([&] {
    ++steps;
    throw std::bad_alloc{};
    ++steps;
  }));
  CHECK(steps == 2);
}
