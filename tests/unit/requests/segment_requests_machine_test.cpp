#include "requests/segment_requests_machine.hpp"

#include "core/alternative_names.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using machine = segment_requests_machine;

namespace {

const endpoint store{"store", 1};
const error lost{errc::connection_lost, "cut"};
const wire::command info = wire::stream_segment_info{1, "s", true, true, false, 30, 20, 10};
const uuid writer{1, 2};

machine make(std::shared_ptr<const segment_question> question =
                 question_of(wire::get_stream_segment_info{})) {
  request_timing t;
  t.backoff = {milliseconds{10}, 2.0, milliseconds{40}, 0.0};
  t.answer_timeout = milliseconds{100};
  return machine{std::move(question), t, seconds{1}};
}

using list = std::vector<std::string>;
list names(const machine::actions& todo) {
  list out;
  for (const auto& each : todo)
    out.emplace_back(alternative_name(each));
  return out;
}

const result<wire::command>& outcome_of(const machine::actions& todo) {
  return std::get<machine::finish>(todo.back()).outcome;
}

template <class... Question>
machine asking(Question... question) {
  auto m = make(std::move(question)...);
  (void)m.start();
  (void)m.on_located(store, 0);
  (void)m.on_connected();
  return m;
}

}  // namespace

TEST_CASE("a request goes where the segment was, and asks where it is after a failure",
          "[segment_requests]") {
  auto m = make();
  const auto begun = m.start(store);
  REQUIRE(names(begun) == list{"arm_deadline", "connect"});
  CHECK(std::get<machine::connect>(begun[1]).to == store);
  CHECK(m.attempt() == 1);
  (void)m.on_connected();
  REQUIRE(names(m.on_failure(lost, 0)) == list{"leave", "arm_backoff"});
  CHECK(names(m.on_backoff_over(1)) == list{"locate"});
}

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
  CHECK(std::get<machine::ask>(up[0]).step == 0);
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

TEST_CASE("a token that expired is replaced in the next attempt", "[segment_requests]") {
  const auto needs_token = [](const machine::actions& todo) {
    REQUIRE(names(todo) == list{"locate"});
    return std::get<machine::locate>(todo[0]).needs_token;
  };
  auto m = asking();
  REQUIRE(names(m.on_answer(error{errc::token_expired}, 0)) == list{"leave", "arm_backoff"});
  CHECK(needs_token(m.on_backoff_over(1)));
  // Until there is one.
  CHECK(names(m.on_located(errc::controller_unreachable, 0)) == list{"leave", "arm_backoff"});
  CHECK(needs_token(m.on_backoff_over(2)));
  CHECK(names(m.on_located(endpoint{"store", 1}, 0)) == list{"connect"});
  (void)m.on_failure(lost, 0);
  CHECK_FALSE(needs_token(m.on_backoff_over(3)));
}

TEST_CASE("a question of two steps asks the second on the same connection",
          "[segment_requests]") {
  auto m = asking(question_of(wire::conditional_append{writer, 5, 0, {}, 0}));
  const auto second = m.on_answer(wire::command{wire::append_setup{1, "s", writer, 4}}, 0);
  REQUIRE(names(second) == list{"ask", "arm_answer"});
  CHECK(std::get<machine::ask>(second[0]).step == 1);
  CHECK(std::get<machine::ask>(second[0]).serial == 2);
  CHECK(m.attempt() == 1);
  // The first step's timer.
  CHECK(m.on_answer_timeout(1, 0).empty());
  SECTION("to its end") {
    const wire::command stored = wire::data_appended{writer, 5, 4, 2, 9};
    CHECK(names(m.on_answer(stored, 0)) == list{"leave", "finish"});
  }
  SECTION("and begins with the first again") {
    REQUIRE(names(m.on_answer_timeout(2, 0)) == list{"leave", "arm_backoff"});
    (void)m.on_backoff_over(1);
    (void)m.on_located(store, 0);
    const auto again = m.on_connected();
    CHECK(std::get<machine::ask>(again[0]).step == 0);
    CHECK(std::get<machine::ask>(again[0]).serial == 3);
  }
}

TEST_CASE("a refusal after a lost answer proves nothing if the request changes something",
          "[segment_requests]") {
  const auto refused_again = [](machine m, const error& first) {
    (void)m.on_answer(first, 0);
    (void)m.on_backoff_over(1);
    (void)m.on_located(store, 0);
    (void)m.on_connected();
    return outcome_of(m.on_answer(error{errc::segment_not_found}, 0)).error().code();
  };
  const auto removal = question_of(wire::delete_segment{});
  CHECK(refused_again(asking(removal), lost) == errc::outcome_unknown);
  CHECK(refused_again(asking(removal), error{errc::server_error}) == errc::outcome_unknown);
  CHECK(refused_again(asking(removal), error{errc::wrong_host}) == errc::segment_not_found);
  CHECK(refused_again(asking(), lost) == errc::segment_not_found);
  // An append whose first attempt arrives behind the set-up of the second.
  CHECK(refused_again(asking(question_of(wire::conditional_append{writer, 5, 0, {}, 0})),
                      lost) == errc::outcome_unknown);
  CHECK(refused_again(asking(question_of(wire::append_block_end{writer, 0, {}, 1, 5, 0})),
                      lost) == errc::outcome_unknown);
  auto first = asking(removal);
  CHECK(outcome_of(first.on_answer(error{errc::segment_not_found}, 0)).error() ==
        errc::segment_not_found);
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
