#include "append/append_machine.hpp"

#include <set>

#include "support/catch.hpp"
#include "unit/append/append_machine_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using phase = append_machine::phase;

TEST_CASE("a segment is located, connected, set up and open", "[append_machine]") {
  append_fixture f;
  CHECK(text_of(f.machine.start()) == lines{"locate"});
  CHECK(text_of(f.machine.start()).empty());
  CHECK(f.located() == lines{"connect store:12345"});
  CHECK(f.connected() == lines{"send_setup", "arm_handshake #1 5000ms"});
  CHECK(f.setup(42) == lines{"publish connected", "resume 42"});
  CHECK(f.machine.at() == phase::open);
  CHECK(f.machine.failures() == 0);
  CHECK_FALSE(f.machine.last_failure());
}

TEST_CASE("after a failure everything is asked anew, with backoff", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::open);
  CHECK(f.fails() ==
        lines{"publish disconnected", "disconnect connection_lost", "arm_backoff #1 100ms"});
  CHECK(f.machine.at() == phase::waiting);
  CHECK(f.backoff_over(1) == lines{"locate"});
  CHECK(f.located() == lines{"connect store:12345"});
  CHECK(f.fails() == lines{"disconnect connection_lost", "arm_backoff #2 200ms"});
  CHECK(f.backoff_over(2) == lines{"locate"});
  CHECK(f.fails(errc::controller_unreachable) ==
        lines{"disconnect controller_unreachable", "arm_backoff #3 400ms"});
  CHECK(f.machine.failures() == 3);
  CHECK(f.machine.last_failure()->code() == errc::controller_unreachable);
  (void)f.backoff_over(3);
  (void)f.located();
  CHECK(f.connected() == lines{"send_setup", "arm_handshake #4 5000ms"});
  CHECK(f.setup(7) == lines{"publish reconnected", "resume 7"});
}

TEST_CASE("an expired token is replaced in the next attempt", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::open);
  (void)f.fails(errc::token_expired);
  CHECK(f.backoff_over(1) == lines{"locate with a new token"});
  // Until there is one.
  (void)f.not_located(errc::controller_unreachable);
  CHECK(f.backoff_over(2) == lines{"locate with a new token"});
  CHECK(f.located() == lines{"connect store:12345"});
  // It is kept over other failures.
  (void)f.fails();
  CHECK(f.backoff_over(3) == lines{"locate"});
}

TEST_CASE("progress ends a series of failures, and being set up alone does not",
          "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::open);
  (void)f.fails();
  (void)f.backoff_over(1);
  (void)f.located();
  (void)f.connected();
  (void)f.setup(0);
  SECTION("without progress the backoff grows") {
    CHECK(f.fails().back() == "arm_backoff #2 200ms");
  }
  SECTION("with progress it begins anew") {
    f.machine.on_progress();
    CHECK(f.machine.failures() == 0);
    CHECK(f.fails().back() == "arm_backoff #2 100ms");
  }
}

TEST_CASE("a controller that refuses for good ends the segment", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::locating);
  CHECK(f.not_located(errc::stream_not_found) ==
        lines{"disconnect stream_not_found", "publish failed", "give_up stream_not_found"});
  CHECK(f.machine.at() == phase::ended);
}

TEST_CASE("a store that is not accepted ends the segment at once", "[append_machine]") {
  for (const auto code : {errc::certificate_rejected, errc::tls_failed}) {
    append_fixture f;
    f.lead_to(phase::connecting);
    const auto todo = f.machine.on_failure(code, f.now, 0, true);
    REQUIRE(todo.size() == 3);
    const auto& last = std::get<append_machine::give_up>(todo.back());
    CHECK(last.reason == code);
    CHECK_FALSE(last.certain);
    CHECK(f.machine.at() == phase::ended);
  }
}

TEST_CASE("a controller that is away is asked again", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::locating);
  CHECK(f.not_located(errc::controller_unreachable) ==
        lines{"disconnect controller_unreachable", "arm_backoff #1 100ms"});
}

TEST_CASE("SetupAppend without an answer is a failure", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::setting_up);
  CHECK(f.handshake_over(0).empty());
  CHECK(f.handshake_over(2).empty());
  CHECK(f.handshake_over(1) ==
        lines{"disconnect segment_store_unreachable", "arm_backoff #1 100ms"});
  CHECK(f.machine.last_failure()->at() == stage::setup_append);
  CHECK(f.handshake_over(1).empty());
}

TEST_CASE("a sealed segment is asked once more what it has stored", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::open);
  CHECK(f.sealed() == lines{"publish sealed", "disconnect segment_sealed", "locate"});
  CHECK(f.sealed().empty());
  CHECK(f.located() == lines{"connect store:12345"});
  CHECK(f.connected() == lines{"inspect", "arm_handshake #2 5000ms"});
  CHECK(f.inspected(true) == lines{"send_setup"});
  CHECK(f.setup(20) == lines{"finalize 20", "disconnect segment_sealed", "ask_successors"});
  CHECK(f.machine.at() == phase::asking);
  CHECK(f.successors(f.two()) == lines{"publish split", "hand_over to 2 3"});
  CHECK(f.machine.at() == phase::ended);
}

TEST_CASE("what takes a sealed segment's place has a name", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::asking);
  auto answer = f.two();
  answer.segments.pop_back();
  SECTION("one of its own") {
    CHECK(f.successors(answer) == lines{"publish replaced", "hand_over to 2"});
  }
  SECTION("one shared with others") {
    answer.segments[0].predecessors.push_back({9, 0});
    CHECK(f.successors(answer) == lines{"publish merged", "hand_over to 2"});
  }
}

TEST_CASE("successors are asked for until they are there", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::asking);
  SECTION("the scale is not over") {
    CHECK(f.successors(successor_answer{}) ==
          lines{"disconnect segment_sealed", "arm_backoff #2 100ms"});
  }
  SECTION("the controller does not answer") {
    CHECK(f.successors(error{errc::controller_unreachable}) ==
          lines{"disconnect controller_unreachable", "arm_backoff #2 100ms"});
  }
  CHECK(f.backoff_over(2) == lines{"ask_successors"});
  CHECK(f.successors(f.two()).back() == "hand_over to 2 3");
}

TEST_CASE("the end of a sealed stream is certain", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::asking);
  SECTION("no segment follows") {
    CHECK(f.successors(successor_answer{{}, true}) ==
          lines{"disconnect stream_sealed", "publish failed", "give_up stream_sealed certain"});
  }
  SECTION("the stream was deleted") {
    CHECK(f.successors(error{errc::stream_not_found}).back() ==
          "give_up stream_not_found certain");
  }
  SECTION("the controller stays away") {
    (void)f.successors(error{errc::controller_unreachable});
    f.now += seconds{31};
    (void)f.backoff_over(2);
    CHECK(f.successors(error{errc::controller_unreachable}).back() ==
          "give_up retries_exhausted certain");
  }
}

TEST_CASE("the next incarnation of a writer whose sealed segment is final asks at once",
          "[append_machine]") {
  append_fixture f;
  CHECK(text_of(f.machine.start(true)) == lines{"ask_successors"});
  CHECK(f.successors(f.two()).back() == "hand_over to 2 3");
}

TEST_CASE("a segment that is gone and held nothing of ours has successors",
          "[append_machine]") {
  append_fixture f;
  f.in_doubt = false;
  f.lead_to(phase::setting_up);
  CHECK(f.missing() ==
        lines{"finalize nothing", "disconnect segment_not_found", "ask_successors"});
  CHECK(f.successors(f.two()).back() == "hand_over to 2 3");
}

TEST_CASE("connections that end without a word: is the segment sealed?", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::checking);
  // The controller names successors before it seals: only the segment store knows.
  SECTION("it is") {
    CHECK(f.successors(f.two()) == lines{"locate"});
    (void)f.located();
    CHECK(f.connected() == lines{"inspect", "arm_handshake #4 5000ms"});
    CHECK(f.inspected(true) == lines{"publish sealed", "send_setup"});
    CHECK(f.setup(7) == lines{"finalize 7", "disconnect segment_sealed", "ask_successors"});
    CHECK(f.successors(f.two()).back() == "hand_over to 2 3");
  }
  SECTION("it will be") {
    (void)f.successors(f.two());
    (void)f.located();
    (void)f.connected();
    CHECK(f.inspected(false) == lines{"send_setup"});
    CHECK(f.setup(7) == lines{"publish reconnected", "resume 7"});
    CHECK(f.sealed() == lines{"publish sealed", "disconnect segment_sealed", "locate"});
    (void)f.located();
    CHECK(f.connected().front() == "inspect");
  }
  SECTION("the segment store does not say") {
    (void)f.successors(f.two());
    (void)f.located();
    (void)f.connected();
    CHECK(f.handshake_over(4).back().starts_with("arm_backoff #4"));
    CHECK(f.backoff_over(4) == lines{"locate"});
    (void)f.located();
    CHECK(f.connected().front() == "inspect");
  }
  SECTION("it is not") {
    CHECK(f.successors(successor_answer{}) == lines{"locate"});
    (void)f.located();
    (void)f.connected();
    (void)f.setup(0);
    f.machine.on_progress();
    (void)f.fails();
    CHECK(f.backoff_over(4) == lines{"locate"});
  }
  SECTION("nobody knows") {
    CHECK(f.successors(error{errc::controller_unreachable}) == lines{"locate"});
  }
}

TEST_CASE("a seal that is announced counts when it is stored", "[append_machine]") {
  // The store refuses appends behind a seal that it has accepted. A block before the seal may
  // not be in its log yet, and SetupAppend would not count it.
  append_fixture f;
  f.lead_to(phase::open);
  (void)f.sealed();
  (void)f.located();
  (void)f.connected();
  CHECK(f.inspected(false) == lines{"disconnect segment_sealed", "arm_backoff #2 100ms"});
  CHECK(f.backoff_over(2) == lines{"locate"});
  (void)f.located();
  CHECK(f.connected().front() == "inspect");
  SECTION("it is") {
    CHECK(f.inspected(true) == lines{"send_setup"});
    CHECK(f.setup(20).front() == "finalize 20");
  }
  SECTION("it never is") {
    f.now += seconds{31};
    CHECK(f.inspected(false).back() == "give_up retries_exhausted");
  }
}

TEST_CASE("asking a sealed segment goes on over failures", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::open);
  (void)f.sealed();
  CHECK(f.fails() == lines{"disconnect connection_lost", "arm_backoff #2 100ms"});
  CHECK(f.backoff_over(2) == lines{"locate"});
  (void)f.located();
  (void)f.connected();
  CHECK(f.handshake_over(3).back() == "arm_backoff #3 200ms");
  CHECK(f.backoff_over(3) == lines{"locate"});
  (void)f.located();
  (void)f.connected();
  (void)f.inspected(true);
  CHECK(f.setup(3).front() == "finalize 3");
}

TEST_CASE("a sealed segment that cannot be asked: nobody knows", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::open);
  (void)f.sealed();
  SECTION("it is gone") {
    CHECK(f.missing() ==
          lines{"disconnect segment_not_found", "publish failed", "give_up segment_not_found"});
  }
  SECTION("the controller does not know it") {
    CHECK(f.not_located(errc::segment_not_found).back() == "give_up segment_not_found");
  }
  SECTION("time is over") {
    (void)f.fails();
    f.now += seconds{31};
    (void)f.backoff_over(2);
    CHECK(f.fails().back() == "give_up retries_exhausted");
  }
}

TEST_CASE("a pending backoff is void once the segment is known to be sealed",
          "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::waiting);
  CHECK(f.sealed().back() == "locate");
  CHECK(f.backoff_over(1).empty());
  CHECK(f.machine.at() == phase::locating);
}

TEST_CASE("the recovery deadline counts while events wait", "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::open);
  const auto lost = error{errc::connection_lost, "cable"}
                        .with_stage(stage::connect)
                        .with_segment_store("s:1");
  std::uint64_t attempt = 1;
  for (int i = 0; i < 2; ++i) {
    CHECK(f.fails(lost).back().starts_with("arm_backoff"));
    f.now += seconds{14};
    CHECK(f.backoff_over(attempt++) == lines{"locate"});
  }
  f.now += seconds{2};
  CHECK(f.fails(lost) ==
        lines{"disconnect retries_exhausted", "publish failed", "give_up retries_exhausted"});
}

TEST_CASE("the recovery deadline's error names stage, store and the last failure",
          "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::locating);
  (void)f.fails();
  f.now += seconds{31};
  (void)f.backoff_over(1);
  const auto last = error{errc::controller_unreachable, "refused"}
                        .with_stage(stage::controller_call)
                        .with_segment_store("store:1")
                        .with_controller("controller:9090");
  const auto todo = f.machine.on_failure(last, f.now, 0, true);
  const auto& reason = std::get<append_machine::give_up>(todo.back()).reason;
  CHECK(reason == errc::retries_exhausted);
  CHECK(reason.at() == stage::controller_call);
  CHECK(reason.segment_store() == "store:1");
  CHECK(reason.controller() == "controller:9090");
  CHECK(reason.detail().find("30000 ms") != std::string::npos);
  CHECK(reason.detail().find("refused") != std::string::npos);
}

TEST_CASE("without waiting events it tries for ever", "[append_machine]") {
  append_fixture f;
  f.events_wait = false;
  f.lead_to(phase::open);
  for (std::uint64_t attempt = 1; attempt < 500; ++attempt) {
    REQUIRE(f.fails().back().starts_with("arm_backoff"));
    f.now += seconds{20};
    REQUIRE(f.backoff_over(attempt) == lines{"locate"});
  }
  f.events_wait = true;
  CHECK(f.fails().back().starts_with("arm_backoff"));
}

TEST_CASE("an old failure that nothing waited for does not shorten the next recovery",
          "[append_machine]") {
  append_fixture f;
  f.lead_to(phase::open);
  f.events_wait = GENERATE(false, true);
  (void)f.fails();
  (void)f.backoff_over(1);
  (void)f.located();
  (void)f.connected();
  (void)f.setup(5);
  // What was stored covers everything that waited: no acknowledgement will come.
  f.machine.on_nothing_waits();
  f.now += seconds{3600};
  f.events_wait = true;
  CHECK(f.fails().back() == "arm_backoff #2 200ms");
  CHECK(f.machine.at() == phase::waiting);
  f.now += seconds{31};
  (void)f.backoff_over(2);
  CHECK(f.fails().back() == "give_up retries_exhausted");
}

TEST_CASE("phases have names of their own", "[append_machine]") {
  std::set<std::string> names;
  for (const auto at : {phase::idle, phase::locating, phase::connecting, phase::setting_up,
                        phase::open, phase::waiting, phase::ended})
    names.emplace(to_string(at));
  CHECK(names.size() == 7);
}
