// Reading one segment, call by call.
#include "read/read_flow.hpp"

#include "support/catch.hpp"
#include "unit/read/read_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using connection = read_flow::connection;

namespace {

const error lost{errc::connection_lost, "cut"};
constexpr std::size_t least = limits::reader_request_bytes_least;

byte_vector kilobyte() {
  return events({std::string(1016, 'x')});
}

}  // namespace

TEST_CASE("a flow asks only on a session on which it was resumed", "[read_flow]") {
  flow_fixture f;
  CHECK(f.state() == "reading none none");
  CHECK(f.flow.wish() == 0);
  CHECK_FALSE(f.flow.resume().notice);
  CHECK(f.state() == "reading none none");
  const auto before = f.flow.serial();
  CHECK(f.flow.use().ends_session);
  CHECK(f.flow.serial() == before + 1);
  CHECK(f.state() == "reading attached none");
  CHECK(f.flow.wish() == 0);
  (void)f.flow.resume();
  CHECK(f.state() == "reading open none");
  CHECK(f.flow.wish() == 1024);
  const auto request = f.ask();
  CHECK(f.state() == "reading open on_its_way");
  CHECK(f.flow.wish() == 0);
  CHECK(request.offset == 0);
  CHECK(request.bytes == 1024);
  CHECK(request.id >> 32 == flow_fixture::flow_id);
  CHECK(*request.delegation_token == "token");
}

TEST_CASE("a new actor gets a new generation and no session", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  const auto old = f.flow.generation();
  const auto out = f.flow.attach();
  CHECK(out.ends_session);
  CHECK(out.makes_room);
  CHECK_FALSE(f.flow.accepts(old));
  CHECK(f.flow.accepts(f.flow.generation()));
  CHECK(f.state() == "reading none none");
  CHECK(f.flow.take_changes().answered_bytes == 1024);
}

TEST_CASE("the end of a session is reported, and the request is not on its way any more",
          "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  const auto serial = f.flow.serial();
  CHECK_FALSE(f.flow.on_session_closed(serial - 1, lost).notice);
  CHECK(f.state() == "reading open on_its_way");
  const auto out = f.flow.on_session_closed(serial, lost);
  CHECK(notice<read_disconnected>(out).reason.code() == errc::connection_lost);
  CHECK(out.ends_session);
  CHECK(f.state() == "reading none none");
  CHECK(f.flow.take_changes().answered_bytes == 1024);
  CHECK_FALSE(f.flow.on_session_closed(serial, lost).notice);
}

TEST_CASE("the end of a session says whether its read waited at the tail", "[read_flow]") {
  const bool at_tail = GENERATE(true, false);
  flow_fixture f;
  f.connect();
  (void)f.ask();
  (void)f.bring(events({"x"}), at_tail);
  (void)f.ask();
  const auto out = f.flow.on_session_closed(f.flow.serial(), lost);
  CHECK(notice<read_disconnected>(out).waited.at_tail == at_tail);
}

TEST_CASE("ending the session, as the actor does, is not reported", "[read_flow]") {
  flow_fixture f;
  f.connect();
  const auto out = f.flow.end_session();
  CHECK(out.ends_session);
  CHECK_FALSE(out.notice);
  CHECK(f.state() == "reading none none");
}

TEST_CASE("a partial event is asked for again on the next session", "[read_flow]") {
  flow_fixture f;
  f.connect();
  const auto all = events({std::string(500, 'x')});
  (void)f.ask();
  (void)f.bring({all.begin(), all.begin() + 200});
  CHECK(f.ask().offset == 200);
  (void)f.flow.end_session();
  f.connect();
  CHECK(f.ask().offset == 0);
}

TEST_CASE("the next request has the new token", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.flow.set_token("newer");
  CHECK(*f.ask().delegation_token == "newer");
}

TEST_CASE("trouble lasts until reading goes on", "[read_flow]") {
  flow_fixture f;
  (void)f.flow.note_trouble(lost);
  REQUIRE(f.flow.trouble());
  CHECK(f.flow.trouble()->code() == errc::connection_lost);
  f.connect();
  CHECK_FALSE(f.flow.trouble());
}

// --- replies --------------------------------------------------------------------------------

TEST_CASE("a reply is cut, and what it brings waits", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  const auto bytes = events({"one", "two"});
  auto got = f.answer_data(bytes);
  CHECK(f.state() == "reading open cutting");
  CHECK(f.flow.wish() == 0);
  CHECK_FALSE(f.flow.has_outcomes());
  CHECK(f.flow.take_changes().answered_bytes == 0);
  const auto out = f.cut(std::move(got));
  CHECK(notice<read_progressed>(out).data);
  CHECK_FALSE(out.makes_room);
  CHECK(f.state() == "reading open none");
  CHECK(f.flow.offset() == static_cast<std::int64_t>(bytes.size()));
  const auto changes = f.flow.take_changes();
  CHECK(changes.ready);
  CHECK(changes.answered_bytes == 1024);
  CHECK(changes.waiting == f.flow.waiting().cost);
  CHECK(f.flow.waiting().slices == 1);
  CHECK(f.flow.waiting().bytes == bytes.size());
  CHECK(f.take_payloads() == std::vector<std::string>{"one", "two"});
  CHECK(f.flow.waiting().cost == 0);
}

TEST_CASE("only the first thing that waits makes a segment ready", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  (void)f.bring(events({"one"}));
  CHECK(f.flow.take_changes().ready);
  (void)f.ask();
  (void)f.bring(events({"two"}));
  CHECK_FALSE(f.flow.take_changes().ready);
  (void)f.flow.take();
  (void)f.flow.take();
  (void)f.ask();
  (void)f.bring(events({"three"}));
  CHECK(f.flow.take_changes().ready);
}

TEST_CASE("progress is reported once, and once more with the first data", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  CHECK_FALSE(notice<read_progressed>(f.answer_data({}).follows).data);
  (void)f.ask();
  CHECK(notice<read_progressed>(f.bring(events({"x"}))).data);
  (void)f.ask();
  CHECK_FALSE(f.bring(events({"x"})).notice);
  f.connect();
  (void)f.ask();
  CHECK(notice<read_progressed>(f.bring(events({"x"}))).data);
}

TEST_CASE("a second empty reply stops asking until it is resumed", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  (void)f.answer_data({});
  CHECK(f.state() == "reading open none");
  (void)f.ask();
  (void)notice<read_empty>(f.answer_data({}).follows);
  CHECK(f.state() == "reading attached none");
  CHECK(f.flow.wish() == 0);
  (void)f.flow.resume();
  (void)f.ask();
  (void)notice<read_empty>(f.answer_data({}).follows);
  (void)f.flow.resume();
  (void)f.ask();
  (void)f.bring(events({"x"}));
  (void)f.ask();
  CHECK_FALSE(f.answer_data({}).follows.notice);
  CHECK(f.flow.wish() > 0);
}

TEST_CASE("replies that belong to no request have no effect", "[read_flow]") {
  flow_fixture f;
  f.connect();
  const auto first = f.ask();
  const wire::segment_read data{f.name, 0, false, false, events({"x"}), first.id};
  CHECK(f.flow.expects(f.flow.serial(), first.id));
  CHECK_FALSE(f.flow.expects(f.flow.serial(), first.id + 1));
  CHECK_FALSE(f.flow.expects(f.flow.serial() - 1, first.id));
  SECTION("of an older session") {
    const auto got = f.flow.on_reply(f.flow.serial() - 1, f.frame_of(data));
    CHECK_FALSE(got.to_cut);
    CHECK(f.state() == "reading open on_its_way");
  }
  SECTION("of an older request") {
    auto late = data;
    late.request_id = first.id - 1;
    CHECK_FALSE(f.answer(late).to_cut);
    CHECK_FALSE(f.answer(wire::wrong_host{first.id - 1, f.name, "", ""}).follows.notice);
    CHECK(f.state() == "reading open on_its_way");
  }
  SECTION("a second one, while the first is cut and afterwards") {
    auto got = f.answer(data);
    CHECK_FALSE(f.answer(data).to_cut);
    (void)f.cut(std::move(got));
    CHECK_FALSE(f.answer(data).to_cut);
    CHECK(f.flow.waiting().slices == 1);
  }
  SECTION("after the end") {
    (void)f.flow.give_up(lost);
    CHECK_FALSE(f.answer(data).to_cut);
  }
}

TEST_CASE("what was cut for an older session is dropped", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  auto got = f.answer_data(events({"x"}));
  const int how = GENERATE(0, 1, 2);
  CAPTURE(how);
  if (how == 0) (void)f.flow.end_session();
  if (how == 1) f.connect();
  if (how == 2) (void)f.flow.give_up(lost);
  CHECK_FALSE(f.cut(std::move(got)).notice);
  CHECK(f.flow.offset() == 0);
  CHECK(f.flow.waiting().slices == 0);
  if (how == 2) return;
  f.connect();
  CHECK(f.ask().offset == 0);
  (void)f.bring(events({"x"}));
  CHECK(f.take_payloads() == std::vector<std::string>{"x"});
}

TEST_CASE("a reply that does not decode closes the session", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  const wire::segment_read data{f.name, 0, false, false, events({"x"}), f.asked.id};
  auto encoded = *wire::encode(data);
  // The data's length says more than there is.
  encoded[limits::frame_header_bytes + 2 + f.name.size() + 8 + 2 + 2] = std::byte{1};
  wire::frame frame;
  frame.type = wire::segment_read::code;
  frame.payload = byte_view{encoded}.subspan(limits::frame_header_bytes);
  const auto got = f.flow.on_reply(f.flow.serial(), frame);
  REQUIRE(got.follows.close_reason);
  CHECK(*got.follows.close_reason == errc::malformed_frame);
  CHECK_FALSE(got.follows.notice);
  CHECK(f.state() == "reading open on_its_way");
}

TEST_CASE("a refusal stops asking until it is resumed", "[read_flow]") {
  flow_fixture f;
  f.connect();
  const auto request = f.ask();
  const auto got = f.answer(wire::wrong_host{request.id, f.name, "", ""});
  const auto& refused = notice<read_refused>(got.follows);
  CHECK(refused.reason.code() == errc::wrong_host);
  CHECK(refused.reason.subject() == f.name);
  CHECK(f.state() == "reading attached none");
  CHECK(f.flow.take_changes().answered_bytes == 1024);
  (void)f.flow.resume();
  CHECK(f.ask().offset == 0);
}

TEST_CASE("data that does not fit the request is refused", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  const auto got =
      f.answer(wire::segment_read{f.name, 8, false, false, events({"x"}), f.asked.id});
  CHECK_FALSE(got.to_cut);
  CHECK(notice<read_refused>(got.follows).reason.code() == errc::protocol_violation);
  CHECK(f.state() == "reading attached none");
}

TEST_CASE("events before bytes that are none wait", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  auto bytes = events({"good"});
  bytes.resize(bytes.size() + 16, std::byte{0xEE});
  CHECK(notice<read_refused>(f.bring(bytes)).reason.code() == errc::protocol_violation);
  CHECK(f.state() == "reading attached none");
  CHECK(f.take_payloads() == std::vector<std::string>{"good"});
}

TEST_CASE("a request that could not be sent is refused, if its session is still there",
          "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  const auto serial = f.flow.serial();
  SECTION("it is") {
    const auto out = f.flow.on_unsent(serial, errc::out_of_memory);
    CHECK(notice<read_refused>(out).reason.code() == errc::out_of_memory);
    CHECK(f.state() == "reading attached none");
    CHECK(f.flow.take_changes().answered_bytes == 1024);
    CHECK_FALSE(f.flow.on_unsent(serial, errc::out_of_memory).notice);
  }
  SECTION("it is not") {
    f.connect();
    (void)f.ask();
    CHECK_FALSE(f.flow.on_unsent(serial, errc::out_of_memory).notice);
    CHECK(f.state() == "reading open on_its_way");
  }
}

// --- how much is asked for ------------------------------------------------------------------

TEST_CASE("a flow asks for little until the store says that there is more", "[read_flow]") {
  constexpr std::size_t most = 1u << 20;
  flow_fixture f{{0, std::nullopt, ""}, {most, 2, 1u << 20}};
  f.connect();
  CHECK(f.flow.wish() == least);
  (void)f.ask();
  (void)f.bring(kilobyte(), false);
  CHECK(f.flow.wish() == most);
  (void)f.ask();
  (void)f.bring(events({std::string(100'000, 'x')}), true);
  CHECK(f.flow.wish() == 2 * 100'008);
  (void)f.ask();
  (void)f.bring(kilobyte(), true);
  CHECK(f.flow.wish() == least);
  // The next session knows it still.
  f.connect();
  CHECK(f.flow.wish() == least);
}

TEST_CASE("what is granted is asked for, and counts until the answer", "[read_flow]") {
  flow_fixture f;
  f.connect();
  CHECK(f.flow.ask(100, f.at(0)).bytes == 100);
  CHECK(f.flow.take_changes().answered_bytes == 0);
  (void)f.flow.end_session();
  CHECK(f.flow.take_changes().answered_bytes == 100);
  CHECK(f.flow.take_changes().answered_bytes == 0);
}

TEST_CASE("nothing is asked for while enough waits", "[read_flow]") {
  flow_fixture f;  // 2 slices of 1024 bytes
  f.connect();
  (void)f.ask();
  (void)f.bring(kilobyte());
  (void)f.ask();
  (void)f.bring(kilobyte());
  CHECK(f.flow.wish() == 0);
  CHECK(f.flow.take().cost == 1024);
  CHECK(f.flow.wish() == 1024);
}

TEST_CASE("small things cost a thirty-second of a request, ends nothing", "[read_flow]") {
  flow_fixture f;
  f.connect();
  (void)f.ask();
  (void)f.bring(events({"x"}), true, true);
  CHECK(f.flow.take().cost == 32);
  CHECK(f.flow.take().cost == 0);
}

TEST_CASE("a read is owed unless the store may keep it", "[read_flow]") {
  flow_fixture f;
  f.connect();
  CHECK_FALSE(f.flow.owed());
  (void)f.flow.ask(1024, f.at(5));
  REQUIRE(f.flow.owed());
  CHECK(f.flow.owed()->since == f.at(5));
  CHECK_FALSE(f.flow.owed()->certain);
  f.asked = {0, 1024, (77LL << 32) + 1, nullptr};
  (void)f.bring(kilobyte(), false);
  CHECK_FALSE(f.flow.owed());
  (void)f.ask();
  CHECK(f.flow.owed()->certain);
  CHECK(f.flow.owed()->offset == 1024);
  (void)f.bring(events({"x"}), true);
  (void)f.ask();
  CHECK_FALSE(f.flow.owed());
}
