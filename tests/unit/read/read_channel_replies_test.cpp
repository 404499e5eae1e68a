// What a read channel does with replies that it should not get.
#include "support/catch.hpp"
#include "unit/read/read_channel_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

/// The refusal that `change` of a good reply leads to.
error refusal(const std::function<void(wire::segment_read&)>& change) {
  channel_fixture f;
  f.connect();
  const auto what = f.ask();
  wire::segment_read reply{what.segment, what.offset,   false,
                           false,        events({"x"}), what.request_id};
  change(reply);
  f.answer(reply);
  REQUIRE(f.said<read_refused>() == 1);
  CHECK_FALSE(f.has_outcomes());
  CHECK(f.store.requests_waiting() == 0);
  const auto reason = f.last<read_refused>().reason;
  CHECK(reason.subject() == f.channel->name());
  CHECK(reason.segment_store() == "store:1");
  return reason;
}

template <class T>
error refusal_to(const T& make_reply) {
  channel_fixture f;
  f.connect();
  const auto what = f.ask();
  f.answer(make_reply(what));
  REQUIRE(f.said<read_refused>() == 1);
  return f.last<read_refused>().reason;
}

}  // namespace

TEST_CASE("a reply at another offset is a violation", "[read_channel]") {
  const auto reason = refusal([](auto& reply) { reply.offset = 8; });
  CHECK(reason.code() == errc::protocol_violation);
  CHECK(reason.detail().find("offset 8 ") != std::string::npos);
}

TEST_CASE("a reply of another segment is a violation", "[read_channel]") {
  CHECK(refusal([](auto& reply) { reply.segment = "scope/stream/1.#epoch.0"; }).code() ==
        errc::protocol_violation);
}

TEST_CASE("a reply with more than was asked for is a violation", "[read_channel]") {
  const auto reason =
      refusal([](auto& reply) { reply.data = events({std::string(1017, 'x')}); });
  CHECK(reason.code() == errc::protocol_violation);
  CHECK(reason.detail().find("1025 bytes") != std::string::npos);
}

TEST_CASE("bytes that are no events are a violation", "[read_channel]") {
  CHECK(refusal([](auto& reply) { reply.data.assign(64, std::byte{0xEE}); }).code() ==
        errc::protocol_violation);
}

TEST_CASE("events before bytes that are none are handed out", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  auto bytes = events({"good"});
  bytes.resize(bytes.size() + 16, std::byte{0xEE});
  f.reply(bytes);
  CHECK(payloads_of(f.take_slice()) == std::vector<std::string>{"good"});
  CHECK(f.last<read_refused>().reason.code() == errc::protocol_violation);
}

TEST_CASE("a segment that ends within an event is a violation", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  f.reply({std::byte{0}, std::byte{0}, std::byte{0}}, true);
  CHECK(f.last<read_refused>().reason.code() == errc::protocol_violation);
  CHECK_FALSE(f.channel->finished());
}

TEST_CASE("error replies carry their codes", "[read_channel]") {
  using request = wire::read_segment;
  CHECK(refusal_to([](const request& r) {
          return wire::wrong_host{r.request_id, r.segment, "", ""};
        }).code() == errc::wrong_host);
  CHECK(refusal_to([](const request& r) {
          return wire::auth_token_check_failed{r.request_id, "",
                                               wire::token_error::token_expired};
        }).code() == errc::token_expired);
  CHECK(refusal_to([](const request& r) {
          return wire::error_message{r.request_id, r.segment, "oops",
                                     wire::message_error::unspecified};
        }).code() == errc::server_error);
  CHECK(refusal_to([](const request& r) {
          return wire::segment_sealed{r.request_id, r.segment};
        }).code() == errc::protocol_violation);
}

TEST_CASE("a truncation before the place that was asked for is a violation", "[read_channel]") {
  CHECK(refusal_to([](const wire::read_segment& r) {
          return wire::segment_is_truncated{r.request_id, r.segment, 0, "", 0};
        }).code() == errc::protocol_violation);
}

TEST_CASE("a truncation behind every possible offset is a violation", "[read_channel]") {
  CHECK(refusal_to([](const wire::read_segment& r) {
          return wire::segment_is_truncated{r.request_id, r.segment, (1LL << 61) - 1, "", 0};
        }).code() == errc::protocol_violation);
}

TEST_CASE("a token failure that names no request ends the session", "[read_channel]") {
  channel_fixture f{{100, std::nullopt, "token"}};
  f.connect();
  const auto asked = f.ask();
  // As a 0.13 server: the id is the offset.
  const auto id = GENERATE(std::int64_t{100}, std::int64_t{77} << 32);
  REQUIRE(id != asked.request_id);
  f.answer(wire::auth_token_check_failed{id, "", wire::token_error::token_expired});
  CHECK(f.session_now->closed());
  REQUIRE(f.said<read_disconnected>() == 1);
  CHECK(f.last<read_disconnected>().reason.code() == errc::token_expired);
}

TEST_CASE("replies to other requests are ignored", "[read_channel]") {
  channel_fixture f;
  f.connect();
  const auto what = f.ask();
  const auto bytes = events({"x"});
  f.answer(
      wire::segment_read{what.segment, what.offset, false, false, bytes, what.request_id + 1});
  f.answer(wire::wrong_host{what.request_id + 1, what.segment, "", ""});
  f.answer(wire::no_such_segment{(78LL << 32) + 1, what.segment, "", 0});
  CHECK_FALSE(f.has_outcomes());
  CHECK(f.notices.empty());
  f.reply(bytes);
  CHECK(payloads_of(f.take_slice()).size() == 1);
  // The same reply twice: the second one belongs to no request.
  f.reply(bytes);
  CHECK_FALSE(f.has_outcomes());
}

TEST_CASE("a late reply after a reconnect over the same session is ignored", "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  f.channel->disconnect(f.generation);
  REQUIRE(f.channel->use(f.generation, f.session_now));
  f.channel->resume(f.generation);
  f.reply(events({"late"}));
  CHECK_FALSE(f.has_outcomes());
  (void)f.ask();
  f.reply(events({"in time"}));
  CHECK(payloads_of(f.take_slice()) == std::vector<std::string>{"in time"});
}

TEST_CASE("a frame that does not decode ends its connection", "[read_channel]") {
  channel_fixture f;
  f.connect(true);
  const auto what = f.ask();
  auto frame = *wire::encode(wire::segment_read{what.segment, what.offset, false, false,
                                                events({"x"}), what.request_id});
  // The data's length says more than there is.
  const auto length_at = 8 + 2 + what.segment.size() + 8 + 2;
  frame[length_at + 2] = std::byte{1};
  f.asked->answer(frame);
  CHECK(f.session_now->closed());
  REQUIRE(f.said<read_disconnected>() == 1);
  CHECK(f.last<read_disconnected>().reason.code() == errc::malformed_frame);
}

TEST_CASE("the end of a session is told once, and reading goes on with the next",
          "[read_channel]") {
  channel_fixture f;
  f.connect();
  (void)f.ask();
  f.reply(events({"one"}));
  const auto second = f.ask();
  f.store.cut();
  REQUIRE(f.said<read_disconnected>() == 1);
  CHECK_FALSE(f.look().connected);
  f.connect();
  CHECK(f.ask().offset == second.offset);
  f.reply(events({"two"}));
  CHECK(payloads_of(f.take_slice()) == std::vector<std::string>{"one"});
  CHECK(payloads_of(f.take_slice()) == std::vector<std::string>{"two"});
}

TEST_CASE("the end of a session says how its read waited", "[read_channel]") {
  channel_fixture f;
  f.connect();
  const auto begun = f.session_now->now();
  const auto first = f.ask();
  const auto waited = [&f] {
    f.store.cut();
    return f.last<read_disconnected>().waited;
  };
  SECTION("nothing was heard since the read") {
    const auto before = f.session_now->now();
    const auto how = waited();
    CHECK(how.alive_until <= before);
    CHECK(how.alive_until <= begun);
    CHECK_FALSE(how.at_tail);
  }
  SECTION("the peer lives, and is known for nothing") {
    mini_store::feed(*f.session_now, *wire::encode(wire::keep_alive{}));
    const auto before = f.session_now->now();
    const auto how = waited();
    CHECK(how.alive_until >= before);
    CHECK_FALSE(how.at_tail);
  }
  SECTION("the store said that there is no more") {
    f.answer(
        wire::segment_read{first.segment, 0, true, false, events({"x"}), first.request_id});
    (void)f.ask();
    CHECK(waited().at_tail);
  }
  SECTION("the store said that there is more") {
    f.reply(events({"x"}));
    (void)f.ask();
    CHECK_FALSE(waited().at_tail);
  }
}

TEST_CASE("an answer without data is no progress", "[read_channel]") {
  channel_fixture f;
  f.connect();
  const auto first = f.ask();
  f.answer(wire::segment_read{first.segment, 0, true, false, {}, first.request_id});
  REQUIRE(f.said<read_progressed>() == 1);
  CHECK_FALSE(f.last<read_progressed>().data);
  (void)f.ask();
  f.reply(events({"x"}));
  REQUIRE(f.said<read_progressed>() == 2);
  CHECK(f.last<read_progressed>().data);
}

TEST_CASE("a session that is closed already is refused", "[read_channel]") {
  channel_fixture f;
  auto dead = f.store.connect_session();
  dead->close(errc::connection_lost);
  CHECK_FALSE(f.channel->use(f.generation, dead));
}

TEST_CASE("a partial event is asked for again from its start after a reconnect",
          "[read_channel]") {
  channel_fixture f;
  f.connect();
  const auto all = events({std::string(500, 'x')});
  (void)f.ask();
  f.reply({all.begin(), all.begin() + 200});
  CHECK(f.ask().offset == 200);
  f.store.cut();
  f.connect();
  CHECK(f.ask().offset == 0);
  f.reply(all);
  CHECK(f.take_slice().event_count() == 1);
}
