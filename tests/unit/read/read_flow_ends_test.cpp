// Ends, gaps, large events and lack of memory, call by call.
#include "read/read_flow.hpp"
#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "unit/read/read_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr std::size_t large = limits::reader_request_bytes_least + 1000;

/// A flow that reads a large event in parts.
flow_fixture in_parts() {
  return flow_fixture{{0, std::nullopt, ""}, {1u << 20, 2, 1u << 20}};
}

/// Cuts a reply as the channel does, with an owner that has room or none.
read_flow::reaction cut_with(flow_fixture& f, read_flow::answer&& got, bool room) {
  REQUIRE(got.to_cut);
  auto& cut = *got.to_cut;
  auto step = cut.assembler.add(cut.data, [&](std::size_t bytes) {
    const auto known = f.flow.claim_event(cut.serial, bytes);
    if (known != read_flow::claim::needs_room) return known == read_flow::claim::kept;
    f.flow.on_claimed(bytes, room);
    return room;
  });
  return f.flow.on_cut(std::move(cut), std::move(step));
}

byte_vector part_of(const byte_vector& all, std::size_t from, std::size_t to) {
  return {all.begin() + static_cast<std::ptrdiff_t>(from),
          all.begin() + static_cast<std::ptrdiff_t>(to)};
}

}  // namespace

// --- ends -----------------------------------------------------------------------------------

TEST_CASE("the last reply's events come before the end", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  (void)notice<read_finished>(f.bring(events({"last"}), true, true));
  CHECK(f.state() == "finished open none");
  CHECK(f.flow.wish() == 0);
  CHECK(f.take_payloads() == std::vector<std::string>{"last"});
  CHECK(f.take_item<segment_end>() == segment_end{test_segment(), 12, true});
}

TEST_CASE("SegmentIsSealed is the end, unless an event is unfinished", "[read_flow]") {
  flow_fixture f;
  f.connect();
  const bool unfinished = GENERATE(false, true);
  if (unfinished) {
    (void)f.ask();
    (void)f.bring(part_of(events({std::string(500, 'x')}), 0, 200));
  }
  const auto request = f.ask();
  const auto got = f.answer(wire::segment_is_sealed{request.id, f.name, "", 0});
  if (unfinished) {
    CHECK(notice<read_refused>(got.follows).reason.code() == errc::protocol_violation);
    CHECK(f.state() == "reading attached none");
  } else {
    (void)notice<read_finished>(got.follows);
    CHECK(f.take_item<segment_end>() == segment_end{test_segment(), 0, true});
  }
}

TEST_CASE("the own end finishes the flow", "[read_flow]") {
  flow_fixture f{{0, 22, ""}};
  const auto all = events({"one", "two", "three"});
  f.connect();
  SECTION("between events") {
    CHECK(f.ask().bytes == 22);
    (void)notice<read_finished>(f.bring(part_of(all, 0, 22)));
    (void)f.flow.take();
    CHECK(f.take_item<segment_end>() == segment_end{test_segment(), 22, false});
  }
  SECTION("of a segment that ends before it") {
    (void)f.ask();
    const auto out = f.bring(part_of(all, 0, 11), true, true);
    CHECK(notice<read_refused>(out).reason.code() == errc::protocol_violation);
    CHECK(f.state() == "reading attached none");
  }
}

TEST_CASE("an own end that is reached already finishes the flow at once", "[read_flow]") {
  flow_fixture f{{22, 22, ""}};
  (void)f.flow.use();
  (void)notice<read_finished>(f.flow.resume());
  CHECK(f.state() == "finished open none");
  CHECK(f.take_item<segment_end>() == segment_end{test_segment(), 22, false});
  CHECK_FALSE(f.flow.resume().notice);
}

TEST_CASE("a flow that is given up adds nothing more", "[read_flow]") {
  flow_fixture f;
  (void)f.flow.give_up(errc::retries_exhausted);
  CHECK(f.state() == "finished none none");
  CHECK(f.flow.take_changes().ready);
  (void)f.flow.give_up(errc::cancelled);
  (void)f.flow.skip(7);
  (void)f.flow.skip_rest();
  CHECK(std::get<error>(f.flow.take().what).code() == errc::retries_exhausted);
  CHECK_FALSE(f.flow.has_outcomes());
}

TEST_CASE("a flow that is given back hands on what waits, and leaves its session",
          "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  (void)f.bring(events({"one", "two"}));
  const auto granted = f.flow.wish();
  (void)f.ask();
  const auto before = f.flow.serial();
  const auto counted = f.flow.take_changes().waiting;
  std::deque<read_outcome> rest;
  const auto out = f.flow.give_back(rest);
  CHECK(out.ends_session);
  CHECK(out.makes_room);
  (void)notice<read_finished>(out);
  CHECK(f.state() == "finished none none");
  CHECK(f.flow.serial() != before);
  CHECK_FALSE(f.flow.has_outcomes());
  CHECK(f.flow.wish() == 0);
  REQUIRE(rest.size() == 1);
  const auto& slice = std::get<event_slice>(std::get<read_item>(rest.front()));
  CHECK(payloads_of(slice) == std::vector<std::string>{"one", "two"});
  // Where another reader goes on once the rest is read.
  CHECK(slice.next_offset() == f.flow.offset());
  const auto changed = f.flow.take_changes();
  CHECK(changed.dropped == counted);
  CHECK(changed.answered_bytes == granted);
}

TEST_CASE("what is cut while a flow is given back is dropped", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  auto got = f.answer_data(events({"late"}));
  REQUIRE(got.to_cut);
  std::deque<read_outcome> rest;
  (void)f.flow.give_back(rest);
  CHECK(rest.empty());
  CHECK_FALSE(f.cut(std::move(got)).notice);
  CHECK_FALSE(f.flow.has_outcomes());
  CHECK(f.flow.offset() == 0);
}

TEST_CASE("a flow that is dropped gives back all that is counted", "[read_flow]") {
  auto f = in_parts();
  f.connect();
  (void)f.ask();
  byte_vector bytes = events({"small"});
  append_event(bytes, std::string(large, 'x'));
  (void)cut_with(f, f.answer_data(part_of(bytes, 0, 1000)), true);
  CHECK(f.flow.event() == read_flow::large_event::kept);
  const auto granted = f.flow.wish();
  (void)f.ask();
  const auto waiting = f.flow.take_changes().waiting;
  CHECK(waiting > 0);
  f.flow.drop();
  const auto changes = f.flow.take_changes();
  CHECK(changes.dropped == waiting);
  CHECK(changes.answered_bytes == granted);
  CHECK(changes.event_bytes >= large);
  CHECK(f.state() == "finished open none");
  CHECK_FALSE(f.flow.has_outcomes());
}

// --- gaps -----------------------------------------------------------------------------------

TEST_CASE("a truncation stops asking until it is skipped", "[read_flow]") {
  flow_fixture f;
  f.connect();
  const auto request = f.ask();
  const auto got = f.answer(wire::segment_is_truncated{request.id, f.name, 500, "", 0});
  const auto& truncated = notice<read_truncated>(got.follows);
  CHECK(truncated.start_offset == 500);
  CHECK_FALSE(truncated.again);
  CHECK(f.state() == "reading attached none");
  (void)f.flow.skip(500);
  CHECK(f.flow.offset() == 500);
  CHECK(f.flow.wish() == 0);
  (void)f.flow.resume();
  CHECK(f.ask().offset == 500);
  CHECK(f.take_item<segment_gap>() == segment_gap{test_segment(), 0, 500});
}

TEST_CASE("truncations without data in between are one gap, and said to come again",
          "[read_flow]") {
  flow_fixture f;
  f.connect();
  const auto truncate = [&](std::int64_t to) {
    const auto request = f.ask();
    const auto got = f.answer(wire::segment_is_truncated{request.id, f.name, to, "", 0});
    const bool again = notice<read_truncated>(got.follows).again;
    (void)f.flow.skip(to);
    (void)f.flow.resume();
    return again;
  };
  CHECK_FALSE(truncate(1));
  CHECK(truncate(2));
  // Neither an empty reply nor a new session is data.
  (void)f.ask();
  (void)f.answer_data({});
  CHECK(truncate(3));
  f.connect();
  CHECK(truncate(4));
  (void)f.ask();
  (void)f.bring(events({"x"}));
  CHECK_FALSE(truncate(100));
  CHECK(f.take_item<segment_gap>() == segment_gap{test_segment(), 0, 4});
}

TEST_CASE("a gap ends at the own end", "[read_flow]") {
  flow_fixture f{{0, 200, ""}};
  f.connect();
  (void)f.flow.skip(500);
  CHECK(f.flow.offset() == 200);
  (void)notice<read_finished>(f.flow.resume());
  CHECK(f.take_item<segment_gap>() == segment_gap{test_segment(), 0, 200});
  CHECK(f.take_item<segment_end>() == segment_end{test_segment(), 200, false});
}

TEST_CASE("a skip to where reading stands already has no effect", "[read_flow]") {
  flow_fixture f{{100, std::nullopt, ""}};
  (void)f.flow.skip(100);
  CHECK_FALSE(f.flow.has_outcomes());
}

TEST_CASE("the rest of a segment that is gone is a gap and an end", "[read_flow]") {
  const bool has_end = GENERATE(false, true);
  flow_fixture f{{0, has_end ? std::optional<std::int64_t>{200} : std::nullopt, ""}};
  (void)f.flow.skip_rest();
  CHECK(f.state() == "finished none none");
  CHECK(f.take_item<segment_gap>() == segment_gap{test_segment(), 0, has_end ? 200 : -1});
  CHECK(f.take_item<segment_end>() == segment_end{test_segment(), has_end ? 200 : 0, !has_end});
}

// --- large events ---------------------------------------------------------------------------

TEST_CASE("a large event is kept until it is whole, then others may ask", "[read_flow]") {
  auto f = in_parts();
  f.connect();
  const auto all = events({std::string(large, 'x')});
  (void)f.ask();
  CHECK_FALSE(cut_with(f, f.answer_data(part_of(all, 0, 1000)), true).makes_room);
  CHECK(f.flow.event() == read_flow::large_event::kept);
  CHECK(f.flow.take_changes().event_bytes == 0);
  CHECK(f.ask().offset == 1000);
  CHECK(cut_with(f, f.answer_data(part_of(all, 1000, all.size())), true).makes_room);
  CHECK(f.flow.event() == read_flow::large_event::none);
  CHECK(f.flow.take_changes().event_bytes == all.size());
  CHECK(f.take_payloads() == std::vector<std::string>{std::string(large, 'x')});
}

TEST_CASE("a large event for which there is no room stops asking until there is",
          "[read_flow]") {
  auto f = in_parts();
  f.connect();
  const auto all = events({std::string(large, 'x')});
  (void)f.ask();
  (void)cut_with(f, f.answer_data(part_of(all, 0, 1000)), false);
  CHECK(f.flow.event() == read_flow::large_event::waits);
  CHECK(f.flow.wish() == 0);
  SECTION("there is") {
    f.flow.begin_event(all.size());
    CHECK(f.flow.event() == read_flow::large_event::kept);
    CHECK(f.ask().offset == 0);
    CHECK_FALSE(f.flow.take_changes().event_withdrawn);
  }
  SECTION("the session ends") {
    (void)f.flow.end_session();
    CHECK(f.flow.event() == read_flow::large_event::none);
    const auto changes = f.flow.take_changes();
    CHECK(changes.event_withdrawn);
    CHECK(changes.event_bytes == 0);
  }
}

TEST_CASE("the end of the session drops a large event", "[read_flow]") {
  auto f = in_parts();
  f.connect();
  (void)f.ask();
  const auto all = events({std::string(large, 'x')});
  (void)cut_with(f, f.answer_data(part_of(all, 0, 1000)), true);
  (void)f.flow.end_session();
  CHECK(f.flow.take_changes().event_bytes == all.size());
  f.connect();
  CHECK(f.ask().offset == 0);
}

TEST_CASE("a claim for an older session is refused", "[read_flow]") {
  flow_fixture f;
  f.connect();
  const auto serial = f.flow.serial();
  CHECK(f.flow.claim_event(serial, large) == read_flow::claim::needs_room);
  f.flow.on_claimed(large, true);
  CHECK(f.flow.claim_event(serial, large) == read_flow::claim::kept);
  CHECK(f.flow.claim_event(serial, large + 1) == read_flow::claim::needs_room);
  CHECK(f.flow.take_changes().event_bytes == large);
  f.connect();
  CHECK(f.flow.claim_event(serial, large) == read_flow::claim::refused);
  (void)f.flow.give_up(errc::cancelled);
  CHECK(f.flow.claim_event(f.flow.serial(), large) == read_flow::claim::refused);
}

// --- memory ---------------------------------------------------------------------------------

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("without memory for a reply nothing of it is lost or comes twice", "[read_flow]") {
  std::size_t failures = 0;
  for (std::size_t at = 1; at <= 12; ++at) {
    CAPTURE(at);
    flow_fixture f;
    const auto all = events({std::string(400, 'a'), "b", std::string(400, 'c')});
    f.connect();
    (void)f.ask();
    // The first event straddles, so that the second reply brings two slices.
    (void)f.bring(part_of(all, 0, 300));
    (void)f.ask();
    auto got = f.answer_data(part_of(all, 300, all.size()), false, true);
    std::size_t counted = 0;
    if (fails(at, [&] { (void)f.cut(std::move(got)); })) {
      ++failures;
      // As the session does then.
      (void)f.flow.on_session_closed(f.flow.serial(), errc::out_of_memory);
      counted += f.flow.take_changes().waiting;
      CHECK(counted == f.flow.waiting().cost);
      (void)f.flow.use();
      (void)f.flow.resume();
      const auto from = static_cast<std::size_t>(f.ask().offset);
      (void)f.bring(part_of(all, from, all.size()), false, true);
    }
    std::size_t found = 0;
    while (f.flow.segment_life() == read_flow::life::finished && f.flow.has_outcomes()) {
      const auto taken = f.flow.take();
      if (const auto* slice = std::get_if<event_slice>(&std::get<read_item>(taken.what)))
        found += slice->event_count();
    }
    CHECK(found == 3);
  }
  CHECK(failures >= 2);
}
#endif
