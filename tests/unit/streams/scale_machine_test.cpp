#include "streams/scale_machine.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

const scoped_stream stream{"scope", "stream"};
const controller::scale_stream split{stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}, 7};
const std::vector<segment_with_range> halves{{{1, 1}, {0.0, 0.5}}, {{2, 1}, {0.5, 1.0}}};
constexpr retry_policy pauses{milliseconds{10}, 2.0, milliseconds{40}, 0.0};
constexpr time_point zero{};
constexpr time_point deadline = zero + milliseconds{100};

struct fixture {
  scale_machine machine{split, pauses, deadline};

  template <class Action>
  const Action& is(const scale_machine::action& got) {
    REQUIRE(std::holds_alternative<Action>(got));
    last = got;
    return std::get<Action>(last);
  }
  void start() {
    is<scale_machine::start_scale>(machine.start(zero));
    CHECK(is<scale_machine::check>(machine.on_started(controller::scale_started{halves, 0}))
              .epoch == 0);
  }
  error failure(const scale_machine::action& got) {
    const auto& over = is<scale_machine::finish>(got);
    REQUIRE_FALSE(over.outcome);
    return over.outcome.error();
  }
  scale_machine::action last;
};

}  // namespace

TEST_CASE_METHOD(fixture, "a scale that is complete at once", "[scale_machine]") {
  start();
  CHECK(machine.what().time_ms == 7);
  const auto over = is<scale_machine::finish>(
      machine.on_checked(controller::scale_state::success, zero + milliseconds{1}));
  REQUIRE(over.outcome);
  CHECK(over.outcome->opened == halves);
  CHECK(over.outcome->epoch == 1);
}

TEST_CASE_METHOD(fixture, "pauses between the checks grow", "[scale_machine]") {
  start();
  auto now = zero;
  for (const int expected : {10, 20, 40}) {
    const auto pause =
        is<scale_machine::wait>(machine.on_checked(controller::scale_state::in_progress, now));
    CHECK(pause.delay == milliseconds{expected});
    now += pause.delay;
    CHECK(is<scale_machine::check>(machine.on_wait_over(now)).epoch == 0);
  }
  // The next pause would pass the deadline.
  const auto why = failure(machine.on_checked(controller::scale_state::in_progress, now));
  CHECK(why == errc::deadline_exceeded);
  CHECK(why.at() == stage::controller_call);
  CHECK(why.subject() == "scope/stream");
  CHECK(why.detail() ==
        "the scale from epoch 0 was started, but is not known to be complete after 4 checks");
}

TEST_CASE_METHOD(fixture, "a deadline before the start", "[scale_machine]") {
  const auto why = failure(machine.start(deadline));
  CHECK(why == errc::deadline_exceeded);
  CHECK(why.detail() == "the scale was not started before its deadline");
}

TEST_CASE_METHOD(fixture, "a pause that ends after the deadline", "[scale_machine]") {
  start();
  is<scale_machine::wait>(machine.on_checked(controller::scale_state::in_progress, zero));
  CHECK(failure(machine.on_wait_over(deadline)) == errc::deadline_exceeded);
}

TEST_CASE_METHOD(fixture, "a failure of a check says that the scale was started",
                 "[scale_machine]") {
  start();
  const auto why = failure(
      machine.on_checked(error{errc::controller_unreachable, "checkScale: away"}, zero));
  CHECK(why == errc::controller_unreachable);
  CHECK(why.detail() ==
        "the scale from epoch 0 was started, but is not known to be complete after 1 check: "
        "checkScale: away");
}

TEST_CASE_METHOD(fixture, "a failure of the start is told as it is", "[scale_machine]") {
  is<scale_machine::start_scale>(machine.start(zero));
  CHECK(failure(machine.on_started(error{errc::permission_denied})) == errc::permission_denied);
}

TEST_CASE_METHOD(fixture, "a start without an answer may have arrived", "[scale_machine]") {
  is<scale_machine::start_scale>(machine.start(zero));
  const auto why = failure(machine.on_started(error{errc::deadline_exceeded, "scale: late"}));
  CHECK(why == errc::deadline_exceeded);
  CHECK(why.detail() == "it is not known whether the scale was started: scale: late");
}

TEST_CASE_METHOD(fixture, "a refused start may have succeeded unseen", "[scale_machine]") {
  is<scale_machine::start_scale>(machine.start(zero));
  const error refusal{errc::precondition_failed, "status PRECONDITION_FAILED"};
  is<scale_machine::look>(machine.on_started(refusal));

  SECTION("it had") {
    const auto over =
        is<scale_machine::finish>(machine.on_current(controller::segment_ranges{halves, ""}));
    REQUIRE(over.outcome);
    CHECK(over.outcome->opened == halves);
    CHECK(over.outcome->epoch == 1);
  }
  SECTION("nothing has changed") {
    const controller::segment_ranges now{{{{0, 0}, {0.0, 1.0}}}, ""};
    CHECK(failure(machine.on_current(now)).detail() == refusal.detail());
  }
  SECTION("another scale came first") {
    const controller::segment_ranges now{{{{1, 1}, {0.0, 0.4}}, {{2, 1}, {0.4, 1.0}}}, ""};
    CHECK(failure(machine.on_current(now)) == errc::precondition_failed);
  }
  SECTION("the ranges come of two scales") {
    const controller::segment_ranges now{{{{1, 1}, {0.0, 0.5}}, {{4, 3}, {0.5, 1.0}}}, ""};
    CHECK(failure(machine.on_current(now)) == errc::precondition_failed);
  }
  SECTION("nobody knows") {
    const auto why =
        failure(machine.on_current(error{errc::controller_unreachable, "getCurrentSegments"}));
    CHECK(why == errc::controller_unreachable);
    CHECK(why.detail() == "it is not known whether the scale was started: getCurrentSegments");
  }
}

TEST_CASE("a segment that is replaced by one of its own range was not replaced before",
          "[scale_machine]") {
  scale_machine machine{{stream, {{0, 0}}, {{0.0, 1.0}}, 0}, pauses, deadline};
  REQUIRE(std::holds_alternative<scale_machine::look>(
      machine.on_started(error{errc::precondition_failed})));
  const auto got = machine.on_current(controller::segment_ranges{{{{0, 0}, {0.0, 1.0}}}, ""});
  REQUIRE(std::holds_alternative<scale_machine::finish>(got));
  CHECK_FALSE(std::get<scale_machine::finish>(got).outcome);
}
