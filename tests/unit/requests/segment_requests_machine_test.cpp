#include "requests/segment_requests_machine.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using machine = segment_requests_machine;

namespace {

const endpoint store{"store", 1};
const error lost{errc::connection_lost, "cut"};
const segment_info info{true, 10, 20, 30};

machine make() {
  request_timing t;
  t.backoff = {milliseconds{10}, 2.0, milliseconds{40}, 0.0};
  t.answer_timeout = milliseconds{100};
  return machine{t, seconds{1}};
}

using list = std::vector<std::string>;
list names(const machine::actions& todo) {
  list out;
  for (const auto& each : todo)
    out.emplace_back(machine::name_of(each));
  return out;
}

const result<segment_info>& outcome_of(const machine::actions& todo) {
  return std::get<machine::finish>(todo.back()).outcome;
}

machine asking() {
  auto m = make();
  (void)m.start();
  (void)m.on_located(store, 0);
  (void)m.on_connected();
  return m;
}

}  // namespace

TEST_CASE("a request locates, connects, asks and ends", "[segment_requests]") {
  auto m = make();
  const auto begun = m.start();
  REQUIRE(names(begun) == list{"arm_deadline", "locate"});
  CHECK(std::get<machine::arm_deadline>(begun[0]).delay == seconds{1});
  CHECK(m.start().empty());
  CHECK(names(m.on_located(store, 0)) == list{"connect"});
  CHECK(m.connecting());
  const auto up = m.on_connected();
  REQUIRE(names(up) == list{"ask", "arm_answer"});
  CHECK(std::get<machine::arm_answer>(up[1]).delay == milliseconds{100});
  const auto end = m.on_answer(info, 0);
  REQUIRE(names(end) == list{"leave", "finish"});
  CHECK(*outcome_of(end) == info);
  CHECK(m.on_answer(info, 0).empty());
  CHECK(m.on_failure(lost, 0).empty());
  CHECK(m.on_deadline().empty());
}

TEST_CASE("a failure that may pass leads to another attempt", "[segment_requests]") {
  auto m = asking();
  auto todo = m.on_answer(error{errc::wrong_host}, 0);
  REQUIRE(names(todo) == list{"leave", "arm_backoff"});
  CHECK(std::get<machine::arm_backoff>(todo[1]).delay == milliseconds{10});
  CHECK(m.on_failure(lost, 0).empty());
  CHECK(m.on_backoff_over(2).empty());
  CHECK(names(m.on_backoff_over(1)) == list{"locate"});
  CHECK(m.attempt() == 2);
  todo = m.on_located(errc::controller_unreachable, 0);
  CHECK(std::get<machine::arm_backoff>(todo[1]).delay == milliseconds{20});
}

TEST_CASE("a failure for good ends the request", "[segment_requests]") {
  auto m = asking();
  const auto todo = m.on_answer(error{errc::segment_not_found}, 0);
  CHECK(outcome_of(todo).error().code() == errc::segment_not_found);
  auto early = make();
  (void)early.start();
  CHECK(outcome_of(early.on_located(errc::stream_not_found, 0)).error().code() ==
        errc::stream_not_found);
}

TEST_CASE("an answer that does not come is a failure of that attempt only",
          "[segment_requests]") {
  auto m = asking();
  CHECK(m.on_answer_timeout(2, 0).empty());
  CHECK(names(m.on_answer_timeout(1, 0)) == list{"leave", "arm_backoff"});
  CHECK(m.on_answer_timeout(1, 0).empty());
}

TEST_CASE("the deadline ends the request with the last failure", "[segment_requests]") {
  auto m = asking();
  (void)m.on_failure(lost.with_segment_store("store:1"), 0);
  const auto todo = m.on_deadline();
  const auto& late = outcome_of(todo).error();
  CHECK(late.code() == errc::deadline_exceeded);
  CHECK(late.detail().find("cut") != std::string::npos);
  CHECK(late.segment_store() == "store:1");
  CHECK(m.on_backoff_over(1).empty());
}

TEST_CASE("events out of place are ignored by a request", "[segment_requests]") {
  auto m = make();
  CHECK(m.on_located(store, 0).empty());
  CHECK(m.on_connected().empty());
  CHECK(m.on_failure(lost, 0).empty());
  (void)m.start();
  CHECK(m.on_connected().empty());
  CHECK(m.on_answer(info, 0).empty());
  CHECK_FALSE(m.connecting());
}
