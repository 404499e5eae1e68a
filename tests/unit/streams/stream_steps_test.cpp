#include "streams/stream_steps.hpp"

#include "support/catch.hpp"
#include "unit/streams/stream_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::stream_script;

TEST_CASE("an outcome is told once, whoever tells it", "[stream_steps]") {
  stream_script<int> script;
  const auto tell = script.tell();
  const auto copy = tell;
  CHECK(script.run(tell(1)));
  CHECK(script.run(copy(2)));
  CHECK(script.run(tell(errc::closed)));
  REQUIRE(script.told.size() == 1);
  CHECK(script.outcome().value() == 1);
}

TEST_CASE("an operation that is given up tells so with its last copy", "[stream_steps]") {
  stream_script<int> script;
  {
    const auto tell = script.tell();
    { const auto copy = tell; }
    CHECK(script.told.empty());
  }
  REQUIRE(script.told.size() == 1);
  CHECK(script.outcome().error() == errc::actor_terminated);
}

TEST_CASE("a step that is dropped with its answer outstanding tells so", "[stream_steps]") {
  stream_script<bool> script;
  {
    const auto waiting =
        ask_or_fail(controller::check_scope{"s"}, script.tell(),
                    [](const controller::existence&) { return step{end_step{}}; });
    CHECK(std::holds_alternative<call_step>(waiting.what));
  }
  REQUIRE(script.told.size() == 1);
  CHECK(script.outcome().error() == errc::actor_terminated);
}

TEST_CASE("an answer comes in its own type, and with the time where it is wanted",
          "[stream_steps]") {
  stream_script<bool> script;
  script.now = time_point{seconds{5}};
  script.on_call = [](const controller::request&) {
    return controller::reply{controller::existence{true}};
  };
  const auto tell = script.tell();
  time_point seen{};
  CHECK(script.run(ask(controller::check_scope{"s"},
                       [&](const result<controller::existence>& got, time_point now) {
                         seen = now;
                         return tell(got->exists);
                       })));
  CHECK(script.outcome().value());
  CHECK(seen == time_point{seconds{5}});
  CHECK(script.asked == std::vector<std::string>{"checkScopeExists"});
}

TEST_CASE("an answer of another type is an error", "[stream_steps]") {
  stream_script<bool> script;
  script.on_call = [](const controller::request&) {
    return controller::reply{controller::token{"x"}};
  };
  const auto tell = script.tell();
  CHECK(script.run(
      ask_or_fail(controller::check_scope{"s"}, tell,
                  [&](const controller::existence& got) { return tell(got.exists); })));
  CHECK(script.outcome().error() == errc::internal_error);
}

TEST_CASE("an error of the call ends the operation", "[stream_steps]") {
  stream_script<bool> script;
  script.on_call = [](const controller::request&) { return errc::controller_unreachable; };
  bool reached = false;
  CHECK(script.run(ask_or_fail(controller::check_scope{"s"}, script.tell(),
                               [&](const controller::existence&) {
                                 reached = true;
                                 return step{end_step{}};
                               })));
  CHECK(script.outcome().error() == errc::controller_unreachable);
  CHECK_FALSE(reached);
}
