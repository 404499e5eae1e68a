#include "host/always_answered.hpp"

#include "support/catch.hpp"
#include "support/fake_host.hpp"

namespace pravega_actor::test {

using namespace internal;

namespace {

struct answers {
  actor_world world;
  fake_host host{world};
  std::vector<result<int>> got;
  std::function<void(result<int>)> once =
      always_answered<int>(host, [this](result<int> outcome) { got.push_back(outcome); });
};

}  // namespace

TEST_CASE("always answered: what comes first counts, and nothing after it", "[host]") {
  answers f;
  f.once(7);
  f.once(8);
  f.once = nullptr;
  REQUIRE(f.got.size() == 1);
  CHECK(f.got[0].value() == 7);
}

TEST_CASE("always answered: an error names the controller", "[host]") {
  answers f;
  f.once(error{errc::stream_not_found});
  REQUIRE(f.got.size() == 1);
  CHECK(f.got[0].error() == errc::stream_not_found);
  CHECK(f.got[0].error().controller() == "controller:9090");
}

TEST_CASE("always answered: dropped without an answer, it answers", "[host]") {
  answers f;
  f.once = nullptr;
  REQUIRE(f.got.size() == 1);
  CHECK(f.got[0].error() == errc::actor_terminated);
}

TEST_CASE("always answered: what the user's callback throws becomes an event", "[host]") {
  actor_world world;
  fake_host host{world};
  auto once = always_answered<int>(host, [](result<int>) { throw std::runtime_error{"mine"}; });
  CHECK_NOTHROW(once(1));
  REQUIRE(world.events_seen.size() == 1);
  CHECK(world.events_seen[0].kind == event_kind::callback_threw);
  CHECK(world.events_seen[0].cause == "mine");
}

}  // namespace pravega_actor::test
