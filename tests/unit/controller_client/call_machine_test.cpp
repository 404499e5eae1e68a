#include "controller_client/call_machine.hpp"

#include "controller_client/controller_client.hpp"
#include "core/doubtful_answer.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const time_point begin{seconds{100}};

call_machine machine(duration call_timeout = seconds{10}, duration attempt = seconds{3}) {
  return {retry_policy{milliseconds{100}, 2.0, seconds{1}, 0.0}, attempt, begin + call_timeout};
}

result<controller::reply> away() {
  return error{errc::controller_unreachable, "refused"}.with_stage(stage::controller_call);
}

duration timeout_of(const call_machine::action& todo) {
  return std::get<call_machine::attempt>(todo).timeout;
}
duration delay_of(const call_machine::action& todo) {
  return std::get<call_machine::wait>(todo).delay;
}
result<controller::reply> outcome_of(const call_machine::action& todo) {
  return std::get<call_machine::finish>(todo).outcome;
}

}  // namespace

TEST_CASE("a call that succeeds takes one attempt", "[call_machine]") {
  auto m = machine();
  CHECK(m.attempts() == 0);
  CHECK(timeout_of(m.start(begin)) == seconds{3});
  CHECK(m.attempts() == 1);
  const auto done =
      outcome_of(m.on_result(controller::reply{controller::existence{true}}, begin, 0));
  REQUIRE(done);
  CHECK(done->get<controller::existence>().exists);
}

TEST_CASE("a failure that is not retriable ends the call", "[call_machine]") {
  auto m = machine();
  (void)m.start(begin);
  const auto done = outcome_of(m.on_result(error{errc::stream_not_found}, begin, 0));
  REQUIRE_FALSE(done);
  CHECK(done.error() == errc::stream_not_found);
  CHECK(done.error().detail().empty());
}

TEST_CASE("retriable failures are repeated with growing delays", "[call_machine]") {
  auto m = machine(seconds{60});
  auto now = begin;
  (void)m.start(now);
  for (const auto expected : {100, 200, 400, 800, 1000, 1000}) {
    const auto todo = m.on_result(away(), now, 0);
    CHECK(delay_of(todo) == milliseconds{expected});
    now += delay_of(todo);
    CHECK(timeout_of(m.on_wait_over(now)) == seconds{3});
  }
  CHECK(m.attempts() == 7);
  CHECK(outcome_of(m.on_result(controller::reply{controller::done{}}, now, 0)).has_value());
}

TEST_CASE("the last attempt has only the time that is left", "[call_machine]") {
  auto m = machine(seconds{10}, seconds{3});
  (void)m.start(begin);
  const auto todo = m.on_result(away(), begin + seconds{8}, 0);
  CHECK(delay_of(todo) == milliseconds{100});
  CHECK(timeout_of(m.on_wait_over(begin + milliseconds{8100})) == milliseconds{1900});
  auto brief = machine(milliseconds{5});
  CHECK(timeout_of(brief.start(begin)) == milliseconds{5});
}

TEST_CASE("at the deadline the last failure is told, with the attempts", "[call_machine]") {
  auto m = machine(seconds{1});
  (void)m.start(begin);
  CHECK(delay_of(m.on_result(away(), begin, 0)) == milliseconds{100});
  (void)m.on_wait_over(begin + milliseconds{100});
  const auto done = outcome_of(m.on_result(away(), begin + milliseconds{900}, 0));
  REQUIRE_FALSE(done);
  CHECK(done.error() == errc::controller_unreachable);
  CHECK(done.error().detail() == "refused; no success after 2 attempts");
  CHECK(done.error().at() == stage::controller_call);
}

TEST_CASE("a failure without a detail gets the attempts alone", "[call_machine]") {
  auto m = machine(milliseconds{50});
  (void)m.start(begin);
  const auto done = outcome_of(m.on_result(errc::controller_failure, begin, 0));
  CHECK(done.error() == errc::controller_failure);
  CHECK(done.error().detail() == "no success after 1 attempts");
}

TEST_CASE("a wait that ends too late ends the call", "[call_machine]") {
  auto m = machine(seconds{1});
  (void)m.start(begin);
  (void)m.on_result(away(), begin, 0);
  const auto done = outcome_of(m.on_wait_over(begin + seconds{2}));
  REQUIRE_FALSE(done);
  CHECK(done.error() == errc::controller_unreachable);
}

TEST_CASE("a deadline that has passed before the start", "[call_machine]") {
  auto m = machine(duration{0});
  const auto done = outcome_of(m.start(begin));
  REQUIRE_FALSE(done);
  CHECK(done.error() == errc::deadline_exceeded);
  CHECK(done.error().at() == stage::controller_call);
  CHECK(m.attempts() == 0);
}

namespace {

result<controller::reply> lie_of(const char* who, errc code = errc::protocol_violation) {
  return error{code, "it contradicts"}.with_controller(who);
}

}  // namespace

TEST_CASE("a doubtful answer of one controller of several is asked for again",
          "[call_machine]") {
  const auto code =
      GENERATE(errc::protocol_violation, errc::limit_exceeded, errc::unsupported_operation);
  auto m = machine();
  (void)m.start(begin);
  CHECK(delay_of(m.on_result(lie_of("a:1", code), begin, 0, 3)) == milliseconds{100});
  CHECK(timeout_of(m.on_wait_over(begin)) == seconds{3});
  SECTION("and another one answers well") {
    CHECK(outcome_of(m.on_result(controller::reply{controller::done{}}, begin, 0, 3)));
  }
  SECTION("and another one says for good what is wrong with the call") {
    const auto done = outcome_of(m.on_result(error{errc::stream_not_found}, begin, 0, 3));
    CHECK(done.error() == errc::stream_not_found);
  }
  SECTION("the same one counts once") {
    for (int i = 0; i < 4; ++i)
      CHECK(delay_of(m.on_result(lie_of("a:1", code), begin, 0, 3)) > duration{0});
    CHECK(delay_of(m.on_result(lie_of("b:1", code), begin, 0, 3)) > duration{0});
  }
  SECTION("until all have given one") {
    CHECK(delay_of(m.on_result(lie_of("b:1", code), begin, 0, 3)) > duration{0});
    const auto done = outcome_of(m.on_result(lie_of("c:1", code), begin, 0, 3));
    CHECK(done.error() == code);
    CHECK(done.error().controller() == "c:1");
    CHECK(done.error().detail() == "it contradicts");
  }
}

TEST_CASE("a doubtful answer stands when nobody else has answered by the deadline",
          "[call_machine]") {
  auto m = machine(seconds{1});
  (void)m.start(begin);
  (void)m.on_result(lie_of("a:1"), begin, 0, 2);
  (void)m.on_wait_over(begin + milliseconds{100});
  const auto done = outcome_of(m.on_result(away(), begin + milliseconds{900}, 0, 2));
  CHECK(done.error() == errc::protocol_violation);
  CHECK(done.error().controller() == "a:1");
  CHECK(done.error().detail() == "it contradicts; no success after 2 attempts");
}

TEST_CASE("a doubtful answer of the only controller is final", "[call_machine]") {
  auto m = machine();
  (void)m.start(begin);
  CHECK(outcome_of(m.on_result(lie_of("a:1"), begin, 0)).error() == errc::protocol_violation);
}

TEST_CASE("an answer is taken apart by the request's type", "[controller_client]") {
  const controller_answer good{controller::reply{controller::creation{true}}};
  const auto created = controller::reply_of<controller::create_scope>(good.outcome);
  REQUIRE(created);
  CHECK(created->created);
  const auto wrong = controller::reply_of<controller::get_uri>(good.outcome);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error() == errc::internal_error);
  const auto failed = controller::reply_of<controller::get_uri>(errc::scope_not_found);
  REQUIRE_FALSE(failed);
  CHECK(failed.error() == errc::scope_not_found);
}
