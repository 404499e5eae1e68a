#include "core/finally.hpp"

#include <stdexcept>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("finally runs once, also when an exception leaves the scope", "[finally]") {
  int runs = 0;
  {
    const finally over{[&] { ++runs; }};
    CHECK(runs == 0);
  }
  CHECK(runs == 1);
  try {
    const finally over{[&] { ++runs; }};
    throw std::runtime_error{"x"};
  } catch (const std::runtime_error&) {
    CHECK(runs == 2);
  }
}
