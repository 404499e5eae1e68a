#include "host/client_host.hpp"

#include "support/catch.hpp"
#include "support/fake_host.hpp"

namespace pravega_actor::test {

using namespace internal;

TEST_CASE("client host: policies come from the configuration", "[host]") {
  actor_world world;
  fake_host host{world};
  host.chosen.backoff_initial_ms = 11;
  host.chosen.backoff_max_ms = 222;
  host.chosen.restart_intensity_max = 3;
  host.chosen.restart_period_ms = 4444;
  host.chosen.backoff_multiplier = 3.0;
  host.chosen.backoff_jitter = 0.25;
  CHECK(host.backoff().initial_delay == milliseconds{11});
  CHECK(host.backoff().multiplier == 3.0);
  CHECK(host.backoff().jitter == 0.25);
  CHECK(host.backoff().max_delay == milliseconds{222});
  const auto policy = host.child_policy();
  CHECK(policy.restarts_max == 3);
  CHECK(policy.period == milliseconds{4444});
  CHECK(policy.backoff.initial_delay == milliseconds{11});
}

TEST_CASE("client host: what a callback threw is an event of the client", "[host]") {
  actor_world world;
  auto context = world.context;
  const auto publish = publish_threw(context);
  // It keeps what it needs: a callback may come when the client is gone.
  context.reset();
  publish("a text of the user");
  REQUIRE(world.events_seen.size() == 1);
  const auto& seen = world.events_seen[0];
  CHECK(seen.kind == event_kind::callback_threw);
  CHECK(seen.path == "client");
  CHECK(seen.cause == "a text of the user");
  CHECK(seen.at == world.env->now());
}

}  // namespace pravega_actor::test
