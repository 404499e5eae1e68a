#include "host/controller_caller.hpp"

#include "host/end_task.hpp"
#include "support/actor_world.hpp"
#include "support/catch.hpp"

namespace pravega_actor::test {

using namespace internal;
namespace {

struct caller_world : actor_world {
  std::vector<result<controller::reply>> got;
  std::size_t questions = 0;
  client_task actor;

  caller_world() { script(controller::reply{controller::creation{true}}); }
  ~caller_world() { caf::anon_send_exit(actor, caf::exit_reason::user_shutdown); }
  void script(const result<controller::reply>& answer) {
    *on_call = [this, answer](const controller::request&) {
      ++questions;
      return answer;
    };
  }
  void ask(duration timeout = seconds{1}) {
    actor = system.spawn(
        controller_caller, std::shared_ptr<const segment_context>{context},
        controller::request{controller::create_scope{"s"}}, timeout,
        [this](const result<controller::reply>& outcome) { got.push_back(outcome); });
    run();
  }
  error failure() const {
    REQUIRE(got.size() == 1);
    REQUIRE_FALSE(got[0]);
    return got[0].error();
  }
};

}  // namespace

TEST_CASE("a caller asks once, passes the answer on and ends", "[controller_caller]") {
  caller_world w;
  w.ask();
  REQUIRE(w.got.size() == 1);
  CHECK(w.got[0]->holds<controller::creation>());
  CHECK(w.questions == 1);
  w.run_for(seconds{2});
  CHECK(w.got.size() == 1);
}

TEST_CASE("a failure of the call is passed on as it is", "[controller_caller]") {
  caller_world w;
  w.script(error{errc::scope_exists, "there"});
  w.ask();
  CHECK(w.failure() == errc::scope_exists);
  CHECK(w.questions == 1);
}

TEST_CASE("a caller waits for a controller client that is being replaced",
          "[controller_caller]") {
  caller_world w;
  const auto there = w.context->controller->get();
  w.context->controller->clear();
  w.ask();
  w.run_for(milliseconds{200});
  CHECK(w.got.empty());
  w.context->controller->set(there);
  w.run_for(milliseconds{20});
  REQUIRE(w.got.size() == 1);
  CHECK(w.got[0]);
}

TEST_CASE("a caller asks the next controller client when one died over the call",
          "[controller_caller]") {
  caller_world w;
  w.script(errc::actor_terminated);
  w.ask();
  w.run_for(milliseconds{100});
  CHECK(w.got.empty());
  CHECK(w.questions > 1);
  w.script(controller::reply{controller::creation{true}});
  w.run_for(milliseconds{20});
  REQUIRE(w.got.size() == 1);
  CHECK(w.got[0]);
}

TEST_CASE("without a controller client the call ends with its time", "[controller_caller]") {
  caller_world w;
  const auto there = w.context->controller->get();
  w.context->controller->clear();
  w.ask(milliseconds{100});
  w.run_for(milliseconds{90});
  CHECK(w.got.empty());
  w.run_for(milliseconds{30});
  CHECK(w.failure() == errc::deadline_exceeded);
  CHECK(w.failure().at() == stage::controller_call);
  CHECK(w.failure().controller() == "controller:9090");
  w.context->controller->set(there);
}

TEST_CASE("the end of the client ends a call", "[controller_caller]") {
  caller_world w;
  const auto there = w.context->controller->get();
  w.context->controller->clear();
  w.ask();
  const bool killed = GENERATE(false, true);
  if (killed)
    caf::anon_send_exit(w.actor, caf::exit_reason::kill);
  else
    caf::anon_send(w.actor, end_task{});
  w.run();
  CHECK(w.failure() == (killed ? errc::actor_terminated : errc::closed));
  w.run_for(seconds{2});
  CHECK(w.got.size() == 1);
  w.context->controller->set(there);
}

}  // namespace pravega_actor::test
