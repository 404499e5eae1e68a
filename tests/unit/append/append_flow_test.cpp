#include "append/append_flow.hpp"

#include "support/catch.hpp"
#include "unit/append/append_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using connection = append_flow::connection;
using duty = append_flow::duty;
using numbers = std::vector<std::int64_t>;

TEST_CASE("a session is set up, opened, and acknowledges", "[append_flow]") {
  append_flow_fixture f;
  f.write(2);
  CHECK(f.flow.due() == duty::nothing);
  CHECK(f.use() == lines{});
  CHECK(f.set_up() == lines{"report setup_answered -9223372036854775808"});
  CHECK(f.flow.due() == duty::nothing);
  CHECK(f.resume() == lines{"advance"});
  // The first block travels alone.
  CHECK(f.send() == numbers{1});
  CHECK(f.acknowledged(1) == lines{"advance 1-1", "report progressed"});
  CHECK(f.send() == numbers{2});
  CHECK(f.acknowledged(2) == lines{"advance 2-2"});
  CHECK(f.flow.log().empty());
}

TEST_CASE("a lost session's blocks are sent again unless they are stored", "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::open);
  f.write();
  (void)f.send();
  (void)f.acknowledged(1);
  f.write(3);
  CHECK(f.send() == numbers{2, 3, 4});
  CHECK(f.closed() == lines{"end_session", "report closed connection_lost"});
  CHECK(f.flow.log().in_flight() == 0);
  (void)f.use();
  CHECK(f.resume(3) == lines{"advance 2-2 3-3"});
  CHECK(f.send() == numbers{4});
}

TEST_CASE("calls of an older actor have no effect", "[append_flow]") {
  append_flow_fixture f;
  const auto old = f.flow.generation();
  (void)f.flow.attach();
  f.lead_to(connection::handshake);
  CHECK_FALSE(f.flow.accepts(old));
  CHECK(text_of(f.flow.detach(old)) == lines{"stale"});
  CHECK(text_of(f.flow.use(old)) == lines{"stale"});
  CHECK(text_of(f.flow.resume(old, 77)) == lines{});
  CHECK(text_of(f.flow.finalize(old, 77)) == lines{});
  CHECK(text_of(f.flow.disconnect(old, errc::closed)) == lines{});
  CHECK(f.flow.at() == connection::handshake);
  CHECK(f.flow.segment_life() == append_flow::life::live);
}

TEST_CASE("what an older session brings has no effect", "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::open);
  const auto old = f.flow.serial();
  CHECK(f.flow.hears(old));
  f.lead_to(connection::open);
  CHECK_FALSE(f.flow.hears(old));
  CHECK(text_of(f.flow.on_session_closed(old, errc::io_error)) == lines{});
  f.flow.on_handed(old, false);
  f.flow.on_unreported(old);
  CHECK(f.flow.at() == connection::open);
}

TEST_CASE("an actor hears once of what a session says again and again", "[append_flow]") {
  append_flow_fixture f;
  for (int session = 0; session < 2; ++session) {
    f.lead_to(connection::open);
    CHECK(f.set_up(5) == lines{"report setup_answered 5"});
    CHECK(f.inspected(false) == lines{"report inspected"});
    CHECK(f.set_up(5) == lines{"report refused protocol_violation"});
    CHECK(f.inspected() == lines{});
    CHECK(f.refused() == lines{});
    CHECK(f.acknowledged(99) == lines{});
    f.write();
    (void)f.send();
    const auto number = static_cast<std::int64_t>(f.tickets);
    const auto block = "advance " + std::to_string(number) + "-" + std::to_string(number);
    CHECK(f.acknowledged(number) == lines{block, "report progressed"});
  }
}

TEST_CASE("an acknowledgement that cannot be is refused", "[append_flow]") {
  append_flow_fixture f{{100, 8, 50}};
  f.lead_to(connection::open);
  f.write(3);
  CHECK(f.send() == numbers{3});
  const auto number = GENERATE(0, 2, 4);
  CHECK(f.acknowledged(number) == lines{"report refused protocol_violation"});
  CHECK(f.flow.log().in_flight() == 1);
}

TEST_CASE("a refusal says whether something is in doubt", "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::open);
  f.write();
  (void)f.send();
  SECTION("not what was sent on this session only") {
    CHECK(f.refused() == lines{"report refused segment_not_found"});
  }
  SECTION("what was sent on an earlier one") {
    (void)f.use();
    CHECK(f.refused() == lines{"report refused segment_not_found in_doubt"});
  }
  SECTION("not when the last event number is final") {
    (void)f.closed();
    CHECK(f.finalize(0) == lines{"advance"});
    (void)f.use();
    CHECK(f.refused() == lines{"report refused segment_not_found"});
  }
}

TEST_CASE("the last event number of a sealed segment completes what is in doubt",
          "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::open);
  f.write();
  (void)f.send();
  SECTION("nothing is in doubt: the number does not matter") {
    CHECK(f.finalize(77) == lines{"end_session segment_sealed", "advance"});
  }
  SECTION("stored") {
    (void)f.closed();
    CHECK(f.finalize(1) == lines{"advance 1-1"});
  }
  SECTION("it cannot be") {
    (void)f.closed();
    CHECK(f.finalize(77) == lines{"error protocol_violation"});
    CHECK(f.flow.segment_life() == append_flow::life::live);
  }
}

TEST_CASE("errors of the log name the segment", "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::handshake);
  CHECK(f.flow.resume(f.flow.generation(), 5).error().subject() == f.name);
}

TEST_CASE("while a thread hands over a block, nothing is due for others", "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::open);
  f.write();
  (void)f.send();
  (void)f.acknowledged(1);
  f.write(2);
  REQUIRE(f.flow.due() == duty::send);
  const auto serial = f.flow.serial();
  REQUIRE(f.flow.take_block(f.now));
  CHECK(f.flow.due() == duty::nothing);
  SECTION("then the thread goes on") {
    f.flow.on_handed(serial, true);
    CHECK(f.send() == numbers{3});
  }
  SECTION("also on a session that came meanwhile, from the first block on") {
    f.lead_to(connection::open);
    CHECK(f.flow.due() == duty::nothing);
    f.flow.on_handed(serial, false);
    CHECK(f.send() == numbers{2});
  }
}

TEST_CASE("a turn has a few blocks while an acknowledgement will come", "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::open);
  f.write();
  (void)f.send();
  (void)f.acknowledged(1);
  f.write(8);
  CHECK(f.send() == numbers{2, 3, 4, 5});
  CHECK(f.flow.due(append_flow::blocks_per_turn_max) == duty::nothing);
  // The next turn is that of the acknowledgement's thread.
  CHECK(f.flow.due() == duty::send);
  (void)f.acknowledged(5);
  CHECK(f.flow.due(append_flow::blocks_per_turn_max) == duty::send);
}

TEST_CASE("an end that could not be reported is reported later, once", "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::open);
  (void)f.closed();
  f.flow.on_unreported(f.flow.serial());
  CHECK(f.flow.at() == connection::lost);
  SECTION("by a thread that comes by") {
    CHECK(f.flow.due() == duty::report_loss);
    CHECK(text_of(f.flow.take_loss()) == lines{"end_session", "report closed out_of_memory"});
    CHECK(f.flow.due() == duty::nothing);
  }
  SECTION("not if there is a new session") {
    (void)f.use();
    CHECK(f.flow.due() == duty::nothing);
    CHECK(text_of(f.flow.take_loss()) == lines{});
  }
}

TEST_CASE("an end that could not be reported does not matter to a later actor",
          "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::open);
  (void)f.closed();
  const auto serial = f.flow.serial();
  (void)f.flow.attach();
  f.flow.on_unreported(serial);
  CHECK(f.flow.at() == connection::none);
}

TEST_CASE("an answer is owed from the first block on, or the last acknowledgement",
          "[append_flow]") {
  append_flow_fixture f;
  f.lead_to(connection::open);
  CHECK_FALSE(f.flow.owed_since());
  f.write();
  const auto first = f.now;
  (void)f.send();
  CHECK(f.flow.owed_since() == first);
  (void)f.acknowledged(1);
  CHECK_FALSE(f.flow.owed_since());
  f.write(2);
  f.now += seconds{1};
  const auto second = f.now;
  (void)f.send();
  f.now += seconds{1};
  CHECK(f.flow.owed_since() == second);
  (void)f.acknowledged(2);
  CHECK(f.flow.owed_since() == f.now);
  (void)f.closed();
  CHECK_FALSE(f.flow.owed_since());
}
