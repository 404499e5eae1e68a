#include "core/rendezvous.hpp"

#include <memory>
#include <thread>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a value that is there is taken at once") {
  rendezvous<int> point;
  point.set(7);
  CHECK(point.wait_until(clock_type::now()) == 7);
}

TEST_CASE("without a value the wait ends at its deadline") {
  rendezvous<int> point;
  const auto deadline = clock_type::now() + milliseconds{20};
  CHECK_FALSE(point.wait_until(deadline));
  CHECK(clock_type::now() >= deadline);
}

TEST_CASE("a value from another thread ends the wait", "[threads]") {
  const auto point = std::make_shared<rendezvous<std::unique_ptr<int>>>();
  std::thread other{[point] { point->set(std::make_unique<int>(3)); }};
  const auto value = point->wait_until(clock_type::now() + seconds{30});
  other.join();
  REQUIRE(value);
  CHECK(**value == 3);
}
