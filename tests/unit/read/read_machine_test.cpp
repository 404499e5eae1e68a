#include "read/read_machine.hpp"

#include "core/alternative_names.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using machine = read_machine;
using phase = read_machine::phase;

namespace {

constexpr std::uint64_t random_bits = 42;
const endpoint store{"store", 12345};
const error lost{errc::connection_lost, "cut"};

time_point at(std::int64_t ms) {
  return time_point{} + seconds{1000} + milliseconds{ms};
}

read_timing timing() {
  read_timing t;
  t.backoff = {milliseconds{10}, 2.0, milliseconds{80}, 0.0};
  t.recovery_timeout = milliseconds{1000};
  t.stable_after = milliseconds{600};
  t.empty_pause = milliseconds{5};
  return t;
}

machine make(truncation_policy policy = truncation_policy::report_and_go_on) {
  return machine{timing(), policy};
}

std::vector<std::string> names(const machine::actions& todo) {
  std::vector<std::string> out;
  for (const auto& each : todo)
    out.emplace_back(alternative_name(each));
  return out;
}

using list = std::vector<std::string>;

machine in_phase(phase wanted, truncation_policy p = truncation_policy::report_and_go_on) {
  auto m = make(p);
  if (wanted == phase::idle) return m;
  (void)m.start();
  if (wanted == phase::locating) return m;
  if (wanted == phase::waiting) {
    (void)m.on_failure(lost, at(0), random_bits);
    return m;
  }
  if (wanted == phase::ended) {
    (void)m.on_violation(errc::protocol_violation);
    return m;
  }
  (void)m.on_located(store, at(0), random_bits);
  if (wanted == phase::connecting) return m;
  (void)m.on_connected(at(0));
  return m;
}

const phase all_phases[] = {phase::idle,    phase::locating, phase::connecting,
                            phase::reading, phase::waiting,  phase::ended};

duration backoff_of(const machine::actions& todo) {
  return std::get<machine::arm_backoff>(todo.back()).delay;
}

}  // namespace

TEST_CASE("a segment is located, connected to and read", "[read_machine]") {
  auto m = make();
  CHECK(m.at() == phase::idle);
  CHECK(names(m.start()) == list{"locate"});
  CHECK(m.at() == phase::locating);
  const auto found = m.on_located(store, at(0), random_bits);
  REQUIRE(names(found) == list{"connect"});
  CHECK(std::get<machine::connect>(found[0]).to == store);
  const auto up = m.on_connected(at(1));
  REQUIRE(names(up) == list{"publish", "read"});
  CHECK(std::get<machine::publish>(up[0]).kind == event_kind::connected);
  CHECK(m.at() == phase::reading);
  CHECK(names(m.on_finished()) == list{"disconnect", "finish"});
  CHECK(m.at() == phase::ended);
}

TEST_CASE("every phase in which an event has no meaning ignores it", "[read_machine]") {
  for (const auto where : all_phases) {
    CAPTURE(to_string(where));
    if (where != phase::idle) CHECK(in_phase(where).start().empty());
    if (where != phase::locating)
      CHECK(in_phase(where).on_located(store, at(0), random_bits).empty());
    if (where != phase::connecting) CHECK(in_phase(where).on_connected(at(0)).empty());
    if (where != phase::reading) {
      CHECK(in_phase(where).on_empty().empty());
      CHECK(in_phase(where).on_pause_over(1).empty());
      CHECK(in_phase(where).on_truncated(errc::segment_truncated, 9).empty());
      CHECK(in_phase(where)
                .on_truncated_again(errc::segment_truncated, 9, at(0), random_bits)
                .empty());
      CHECK(in_phase(where).on_missing(errc::segment_not_found).empty());
    }
    if (where != phase::waiting) CHECK(in_phase(where).on_backoff_over(1).empty());
    const bool quiet = where == phase::idle || where == phase::waiting || where == phase::ended;
    CHECK(in_phase(where).on_failure(lost, at(0), random_bits).empty() == quiet);
    CHECK(in_phase(where).on_violation(lost).empty() == (where == phase::ended));
    CHECK(in_phase(where).on_finished().empty() == (where == phase::ended));
  }
}

TEST_CASE("after a failure the controller is asked again, with growing delays",
          "[read_machine]") {
  auto m = in_phase(phase::reading);
  auto todo = m.on_failure(lost, at(10), random_bits);
  REQUIRE(names(todo) == list{"publish", "disconnect", "arm_backoff"});
  CHECK(std::get<machine::publish>(todo[0]).kind == event_kind::disconnected);
  CHECK(backoff_of(todo) == milliseconds{10});
  const auto attempt = std::get<machine::arm_backoff>(todo[2]).attempt;
  CHECK(m.on_backoff_over(attempt + 1).empty());
  CHECK(names(m.on_backoff_over(attempt)) == list{"locate"});
  todo = m.on_located(errc::controller_unreachable, at(20), random_bits);
  CHECK(names(todo) == list{"disconnect", "arm_backoff"});
  CHECK(backoff_of(todo) == milliseconds{20});
  CHECK(m.on_backoff_over(attempt).empty());
  CHECK(names(m.on_backoff_over(attempt + 1)) == list{"locate"});
  (void)m.on_located(store, at(30), random_bits);
  todo = m.on_failure(errc::segment_store_unreachable, at(40), random_bits);
  CHECK(backoff_of(todo) == milliseconds{40});
  CHECK(m.failures() == 3);
  (void)m.on_backoff_over(attempt + 2);
  (void)m.on_located(store, at(50), random_bits);
  const auto up = m.on_connected(at(60));
  CHECK(std::get<machine::publish>(up[0]).kind == event_kind::reconnected);
  m.on_progress();
  CHECK(m.failures() == 0);
  CHECK(backoff_of(m.on_failure(lost, at(70), random_bits)) == milliseconds{10});
}

TEST_CASE("the reader gives up when the segment stays away", "[read_machine]") {
  auto m = in_phase(phase::reading);
  for (std::int64_t ms = 0; ms < 1000; ms += 100) {
    const auto todo = m.on_failure(lost, at(ms), random_bits);
    REQUIRE(names(todo).back() == "arm_backoff");
    (void)m.on_backoff_over(std::get<machine::arm_backoff>(todo.back()).attempt);
  }
  const auto todo = m.on_failure(lost.with_segment_store("store:12345"), at(1000), random_bits);
  REQUIRE(names(todo) == list{"disconnect", "publish", "give_up"});
  const auto& why = std::get<machine::give_up>(todo[2]).reason;
  CHECK(why.code() == errc::retries_exhausted);
  CHECK(why.segment_store() == "store:12345");
  CHECK(why.detail().find("cut") != std::string::npos);
  CHECK(m.at() == phase::ended);
}

TEST_CASE("a read that waited at the tail of a living connection counts as progress",
          "[read_machine]") {
  auto m = in_phase(phase::reading);
  (void)m.on_failure(lost, at(0), random_bits);
  (void)m.on_backoff_over(1);
  (void)m.on_located(store, at(10), random_bits);
  (void)m.on_connected(at(10));
  SECTION("for hours") {
    m.on_waited({at(3600'000), GENERATE(true, false)});
    const auto todo = m.on_failure(lost, at(3600'000), random_bits);
    CHECK(names(todo) == list{"publish", "disconnect", "arm_backoff"});
    CHECK(backoff_of(todo) == milliseconds{10});
  }
  SECTION("for as long as a connection must that works") {
    m.on_waited({at(610), true});
    CHECK(m.failures() == 0);
  }
  SECTION("not for so long") {
    m.on_waited({at(609), true});
    CHECK(m.failures() == 1);
  }
  SECTION("where nobody has said that it may have to wait") {
    m.on_waited({at(1009), false});
    CHECK(m.failures() == 1);
    m.on_waited({at(1010), false});
    CHECK(m.failures() == 0);
  }
}

TEST_CASE("connections on which no read is answered do not end the recovery",
          "[read_machine]") {
  auto m = in_phase(phase::reading);
  std::int64_t now_ms = 0;
  // Greeted each time; then silent for longer than a connection must live.
  const bool alive = GENERATE(false, true);
  auto todo = m.on_failure(lost, at(now_ms), random_bits);
  for (int connections = 1; names(todo).back() == "arm_backoff"; ++connections) {
    REQUIRE(connections < 5);
    (void)m.on_backoff_over(std::get<machine::arm_backoff>(todo.back()).attempt);
    (void)m.on_located(store, at(now_ms), random_bits);
    (void)m.on_connected(at(now_ms));
    m.on_answer();
    m.on_waited({alive ? at(now_ms + 700) : at(now_ms), !alive});
    now_ms += 700;
    todo = m.on_failure(lost, at(now_ms), random_bits);
  }
  REQUIRE(names(todo).back() == "give_up");
  CHECK(std::get<machine::give_up>(todo.back()).reason.code() == errc::retries_exhausted);
  CHECK(now_ms == 1400);
}

TEST_CASE("what the controller refuses for good ends the reader", "[read_machine]") {
  auto m = in_phase(phase::locating);
  const auto todo = m.on_located(errc::stream_not_found, at(0), random_bits);
  REQUIRE(names(todo) == list{"disconnect", "publish", "give_up"});
  CHECK(std::get<machine::give_up>(todo[2]).reason.code() == errc::stream_not_found);
}

TEST_CASE("an expired token is replaced in the next attempt", "[read_machine]") {
  auto m = in_phase(phase::reading);
  const auto needs_token = [](const machine::actions& todo) {
    REQUIRE(names(todo) == list{"locate"});
    return std::get<machine::locate>(todo[0]).needs_token;
  };
  (void)m.on_failure(errc::token_expired, at(0), random_bits);
  CHECK(needs_token(m.on_backoff_over(1)));
  // Until there is one.
  auto todo = m.on_located(errc::controller_unreachable, at(1), random_bits);
  CHECK(names(todo) == list{"disconnect", "arm_backoff"});
  CHECK(needs_token(m.on_backoff_over(2)));
  CHECK(names(m.on_located(store, at(2), random_bits)) == list{"connect"});
  // It is kept over other failures.
  (void)m.on_failure(lost, at(3), random_bits);
  CHECK_FALSE(needs_token(m.on_backoff_over(3)));
}

TEST_CASE("truncation is reported or ends the reader, by policy", "[read_machine]") {
  auto going_on = in_phase(phase::reading);
  const auto todo = going_on.on_truncated(errc::segment_truncated, 77);
  REQUIRE(names(todo) == list{"skip", "read"});
  CHECK(std::get<machine::skip>(todo[0]).to == 77);
  CHECK(going_on.at() == phase::reading);
  auto failing = in_phase(phase::reading, truncation_policy::fail);
  const auto end = failing.on_truncated(errc::segment_truncated, 77);
  REQUIRE(names(end) == list{"disconnect", "publish", "give_up"});
  CHECK(std::get<machine::give_up>(end[2]).reason.code() == errc::segment_truncated);
}

TEST_CASE("truncation without data in between is a failure with backoff", "[read_machine]") {
  auto m = in_phase(phase::reading);
  (void)m.on_truncated(errc::segment_truncated, 77);
  CHECK(m.failures() == 0);
  for (int i = 1; i <= 2; ++i) {
    const auto todo = m.on_truncated_again(errc::segment_truncated, 77 + i, at(i), random_bits);
    REQUIRE(names(todo) == list{"skip", "publish", "disconnect", "arm_backoff"});
    CHECK(std::get<machine::skip>(todo[0]).to == 77 + i);
    CHECK(backoff_of(todo) == milliseconds{10 * i});
    (void)m.on_backoff_over(std::get<machine::arm_backoff>(todo[3]).attempt);
    (void)m.on_located(store, at(i), random_bits);
    (void)m.on_connected(at(i));
  }
  auto failing = in_phase(phase::reading, truncation_policy::fail);
  CHECK(names(failing.on_truncated_again(errc::segment_truncated, 7, at(0), random_bits)) ==
        list{"disconnect", "publish", "give_up"});
}

TEST_CASE("a missing segment is asked for once more before it is believed gone",
          "[read_machine]") {
  for (const auto policy : {truncation_policy::report_and_go_on, truncation_policy::fail}) {
    auto m = in_phase(phase::reading, policy);
    CHECK(names(m.on_missing(errc::segment_not_found)) == list{"disconnect", "locate"});
    (void)m.on_located(store, at(1), random_bits);
    (void)m.on_connected(at(2));
    SECTION("still missing") {
      const auto todo = m.on_missing(errc::segment_not_found);
      if (policy == truncation_policy::fail)
        CHECK(names(todo) == list{"disconnect", "publish", "give_up"});
      else
        CHECK(names(todo) == list{"disconnect", "skip_rest", "finish"});
      CHECK(m.at() == phase::ended);
    }
    SECTION("found, and missing later") {
      m.on_answer();
      CHECK(names(m.on_missing(errc::segment_not_found)) == list{"disconnect", "locate"});
    }
  }
}

TEST_CASE("empty answers are followed by a pause", "[read_machine]") {
  auto m = in_phase(phase::reading);
  const auto todo = m.on_empty();
  REQUIRE(names(todo) == list{"arm_pause"});
  CHECK(std::get<machine::arm_pause>(todo[0]).delay == milliseconds{5});
  const auto attempt = std::get<machine::arm_pause>(todo[0]).attempt;
  CHECK(m.on_pause_over(attempt + 1).empty());
  CHECK(names(m.on_pause_over(attempt)) == list{"read"});
  (void)m.on_empty();
  (void)m.on_failure(lost, at(0), random_bits);
  CHECK(m.on_pause_over(attempt).empty());
}

TEST_CASE("what cannot be ends the reader at once", "[read_machine]") {
  auto m = in_phase(phase::reading);
  const auto todo = m.on_violation(error{errc::protocol_violation, "nonsense"});
  REQUIRE(names(todo) == list{"disconnect", "publish", "give_up"});
  CHECK(std::get<machine::publish>(todo[1]).kind == event_kind::failed);
  CHECK(std::get<machine::give_up>(todo[2]).reason.detail() == "nonsense");
}

TEST_CASE("a store that is not accepted ends the reading at once", "[read_machine]") {
  for (const auto code : {errc::certificate_rejected, errc::tls_failed}) {
    auto m = in_phase(phase::connecting);
    CHECK(names(m.on_failure(code, at(0), random_bits)) ==
          list{"disconnect", "publish", "give_up"});
    CHECK(m.at() == phase::ended);
  }
}
