#include "reader/consumer_waiters.hpp"

#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("waiting consumers come in the order in which they began to wait",
          "[consumer_waiters]") {
  consumer_waiters all;
  CHECK(all.empty());
  std::string called;
  const auto first = all.add([&] { called += "a"; });
  const auto second = all.add([&] { called += "b"; });
  CHECK(first > 0);
  CHECK(second > first);
  waiting_consumers taken;
  all.move_to(taken);
  CHECK(all.empty());
  for (const auto& [number, ready] : taken)
    ready();
  CHECK(called == "ab");
  CHECK(all.add([] {}) > second);
}

TEST_CASE("a consumer that is forgotten does not come", "[consumer_waiters]") {
  consumer_waiters all;
  const auto held = std::make_shared<int>(0);
  const auto first = all.add([held] { ++*held; });
  const auto second = all.add([held] { *held += 10; });
  {
    const auto forgotten = all.forget(first);
    REQUIRE(forgotten);
    // The caller has it now.
    CHECK(held.use_count() == 3);
  }
  CHECK(held.use_count() == 2);
  CHECK_FALSE(all.forget(first));
  waiting_consumers taken;
  all.move_to(taken);
  REQUIRE(taken.size() == 1);
  CHECK(taken.begin()->first == second);
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a consumer for whom there is no memory does not wait", "[consumer_waiters]") {
  consumer_waiters all;
  CHECK(test::fails_from(1, [&] { (void)all.add([] {}); }));
  CHECK(all.empty());
}
#endif
