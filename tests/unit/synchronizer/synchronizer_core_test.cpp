#include "synchronizer/synchronizer_core.hpp"

#include "support/actor_world.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

// Answers the calls whose operation is a look, keeps none.
synchronizer_control::behavior_type half_deaf(synchronizer_control::pointer) {
  return {[](const synchronizer_call& what) {
            if (std::holds_alternative<state_operations::look>(what.what))
              (*what.done)(state_outcome{nullptr, {what.timeout.count(), 0}, 0, true});
          },
          [](const synchronizer_unused&) {}};
}

}  // namespace

TEST_CASE("synchronizer core: each operation is answered once") {
  test::actor_world world;
  auto actor = world.system.spawn(half_deaf);
  const synchronizer_core core{world.context, actor};
  std::vector<result<state_outcome>> answers;
  const auto keep = [&](const result<state_outcome>& got) { answers.push_back(got); };
  core.start(state_operations::look{}, duration{7}, keep);
  core.start(state_operations::fetch{}, duration{7}, keep);
  world.run();
  REQUIRE(answers.size() == 2);
  CHECK(answers[0]->at == revision{7, 0});
  CHECK(answers[1].error() == errc::actor_terminated);
  CHECK(answers[1].error().controller() == "controller:9090");
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  actor = nullptr;
  world.run();
  core.start(state_operations::look{}, duration{7}, keep);
  REQUIRE(answers.size() == 3);
  CHECK(answers[2].error() == errc::actor_terminated);
  core.close();
}

TEST_CASE("synchronizer core: a callback that throws goes no further") {
  test::actor_world world;
  const auto actor = world.system.spawn(half_deaf);
  const synchronizer_core core{world.context, actor};
  core.start(state_operations::look{}, duration{7},
             [](const result<state_outcome>&) { throw std::runtime_error{"oops"}; });
  world.run();
  REQUIRE(world.events_seen.size() == 1);
  CHECK(world.events_seen[0].kind == event_kind::callback_threw);
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}
