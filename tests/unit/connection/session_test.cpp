#include "connection/session.hpp"

#include "pravega_actor/limits.hpp"
#include "support/append_peer.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

struct recording_sink final : reply_sink {
  std::vector<std::int32_t> types;
  std::vector<error> ends;
  std::function<void()> on_each;
  std::int64_t own_id = -1;
  bool expects(std::int64_t request_id) const override { return request_id == own_id; }
  void on_reply(const wire::frame& reply) override {
    types.push_back(reply.type);
    if (on_each) on_each();
  }
  void on_session_closed(const error& reason) override { ends.push_back(reason); }
};

struct notices {
  std::vector<session_notice> heard;
  session::notice_handler handler() {
    return [this](session_notice what) { heard.push_back(std::move(what)); };
  }
  template <class T>
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::count_if(heard.begin(), heard.end(),
                      [](const auto& each) { return std::holds_alternative<T>(each); }));
  }
};

wire::append_setup setup_for(std::int32_t flow) {
  return {static_cast<std::int64_t>(flow) << 32 | 7, "segment", uuid{1, 2}, 0};
}

}  // namespace

TEST_CASE("a session says Hello by itself and tells what it hears", "[session]") {
  append_peer peer;
  notices told;
  auto s = peer.open_session(true, told.handler());
  CHECK(told.count<session_connected>() == 1);
  CHECK(s->sent_bytes() == wire::encode(wire::hello{16, 5})->size());
  feed(*s, *wire::encode(wire::hello{16, 5}));
  REQUIRE(told.count<session_greeted>() == 1);
  CHECK(std::get<session_greeted>(told.heard.back()).high == 16);
  CHECK(std::get<session_greeted>(told.heard.back()).low == 5);
  CHECK(s->received() == 1);
  feed(*s, *wire::encode(wire::keep_alive{}));
  CHECK(s->received() == 2);
  CHECK(told.heard.size() == 2);
  s->close(errc::closed);
}

TEST_CASE("a session tells since when the peer owes an answer", "[session]") {
  append_peer peer;
  time_point now{seconds{100}};
  auto s = peer.open_session(true, append_peer::ignore_notices(), [&now] { return now; });
  const auto through = [&s] { return s->owed().value().end_bytes; };
  CHECK(s->owed().value().since == time_point{seconds{100}});
  feed(*s, *wire::encode(wire::hello{16, 5}));
  CHECK_FALSE(s->owed());
  now += seconds{1};
  CHECK_FALSE(s->owed());
  s->send(*wire::encode(wire::keep_alive{}));
  const auto first = s->sent_bytes();
  CHECK(through() == first);
  now += seconds{1};
  s->send(*wire::encode(setup_for(1)));
  CHECK(s->sent_bytes() > first);
  CHECK(through() == first);
  CHECK(s->owed().value().since == time_point{seconds{101}});
  feed(*s, *wire::encode(wire::keep_alive{}));
  CHECK_FALSE(s->owed());
  s->close(errc::closed);
}

TEST_CASE("an answer is owed when all that was sent before has arrived too", "[session]") {
  append_peer peer;
  auto s = peer.open_session(true);
  feed(*s, *wire::encode(wire::hello{16, 5}));
  // Another thread counts its bytes after ours and sends them before.
  peer.on_block = [&] {
    peer.on_block = nullptr;
    s->send(*wire::encode(setup_for(1)));
  };
  std::vector<std::byte> block(8);
  wire::store_big_endian(block.data(), wire::append_block_end::code);
  s->send(std::move(block));
  CHECK(s->owed().value().end_bytes == s->sent_bytes());
  s->send(*wire::encode(wire::keep_alive{}));
  CHECK(s->owed().value().end_bytes < s->sent_bytes());
  s->close(errc::closed);
}

TEST_CASE("a dedicated session has one flow, which gets everything", "[session]") {
  append_peer peer;
  auto s = peer.open_session(true);
  auto sink = std::make_shared<recording_sink>();
  REQUIRE(s->attach(3, sink));
  CHECK_FALSE(s->attach(4, std::make_shared<recording_sink>()));
  CHECK_FALSE(s->attach(3, std::make_shared<recording_sink>()));
  CHECK(s->flows() == 1);
  feed(*s, *wire::encode(setup_for(99)));
  feed(*s, *wire::encode(wire::data_appended{uuid{1, 2}, 5, 4, -1, 100}));
  CHECK(sink->types ==
        std::vector<std::int32_t>{wire::append_setup::code, wire::data_appended::code});
  s->detach(3);
  s->detach(3);
  CHECK(s->flows() == 0);
  feed(*s, *wire::encode(setup_for(3)));
  CHECK(sink->types.size() == 2);
}

TEST_CASE("a shared session hands replies to the flow they name", "[session]") {
  append_peer peer;
  auto s = peer.open_session(false);
  auto one = std::make_shared<recording_sink>();
  auto two = std::make_shared<recording_sink>();
  REQUIRE(s->attach(1, one));
  REQUIRE(s->attach(2, two));
  CHECK_FALSE(s->attach(2, one));
  feed(*s, *wire::encode(setup_for(2)));
  feed(*s, *wire::encode(setup_for(1)));
  feed(*s, *wire::encode(setup_for(2)));
  feed(*s, *wire::encode(setup_for(3)));
  CHECK(one->types.size() == 1);
  CHECK(two->types.size() == 2);
  CHECK_FALSE(s->closed());
}

TEST_CASE("a token failure that nobody expects ends a shared session", "[session]") {
  append_peer peer;
  auto s = peer.open_session(false);
  auto one = std::make_shared<recording_sink>();
  auto two = std::make_shared<recording_sink>();
  REQUIRE(s->attach(1, one));
  REQUIRE(s->attach(2, two));
  one->own_id = 1LL << 32 | 7;
  const auto failed = [](std::int64_t id, wire::token_error why) {
    return *wire::encode(wire::auth_token_check_failed{id, "", why});
  };
  feed(*s, failed(one->own_id, wire::token_error::token_expired));
  CHECK(one->types == std::vector<std::int32_t>{wire::auth_token_check_failed::code});
  CHECK_FALSE(s->closed());
  // The offset of a read: of no flow, or by chance of one that did not ask.
  const auto id = GENERATE(0LL, 4711LL, 1LL << 32 | 8);
  const auto why =
      GENERATE(wire::token_error::token_expired, wire::token_error::token_check_failed);
  feed(*s, failed(id, why));
  CHECK(s->closed());
  for (const auto& each : {one, two}) {
    REQUIRE(each->ends.size() == 1);
    CHECK(each->ends[0] == (why == wire::token_error::token_expired ? errc::token_expired
                                                                    : errc::token_rejected));
    CHECK(each->ends[0].segment_store() == "store:12345");
  }
  CHECK(one->types.size() == 1);
}

TEST_CASE("a reply for which there is no memory ends the session", "[session]") {
  append_peer peer;
  auto s = peer.open_session(false);
  auto sink = std::make_shared<recording_sink>();
  sink->on_each = [] { throw std::bad_alloc{}; };
  REQUIRE(s->attach(1, sink));
  feed(*s, *wire::encode(setup_for(1)));
  CHECK(s->closed());
  REQUIRE(sink->ends.size() == 1);
  CHECK(sink->ends[0] == errc::out_of_memory);
}

TEST_CASE("a session has a limit of flows", "[session]") {
  append_peer peer;
  auto s = peer.open_session(false);
  for (std::size_t i = 0; i < limits::appends_per_connection_max; ++i)
    REQUIRE(s->attach(static_cast<std::int32_t>(i + 1), std::make_shared<recording_sink>()));
  CHECK_FALSE(s->attach(1 << 20, std::make_shared<recording_sink>()));
  s->detach(1);
  CHECK(s->attach(1 << 20, std::make_shared<recording_sink>()));
}

TEST_CASE("an end is told to every flow and once", "[session]") {
  append_peer peer;
  notices told;
  auto s = peer.open_session(false, told.handler());
  auto one = std::make_shared<recording_sink>();
  auto two = std::make_shared<recording_sink>();
  REQUIRE(s->attach(1, one));
  REQUIRE(s->attach(2, two));
  SECTION("by the peer") {
    s->on_closed(error{errc::connection_lost, "x"});
  }
  SECTION("by its owner") {
    s->close(error{errc::connection_lost, "x"});
  }
  s->close(errc::cancelled);
  s->on_closed(errc::io_error);
  CHECK(s->closed());
  REQUIRE(one->ends.size() == 1);
  CHECK(one->ends[0] == errc::connection_lost);
  CHECK(two->ends.size() == 1);
  CHECK(told.count<session_ended>() == 1);
  CHECK(peer.open_connections() == 0);
  CHECK(s->flows() == 0);
  CHECK_FALSE(s->attach(5, one));
  const auto before = s->sent_bytes();
  s->send(*wire::encode(wire::keep_alive{}));
  CHECK(s->sent_bytes() == before);
}

TEST_CASE("bytes that are no frame end the session with the peer's name", "[session]") {
  append_peer peer;
  notices told;
  auto s = peer.open_session(true, told.handler());
  auto sink = std::make_shared<recording_sink>();
  REQUIRE(s->attach(1, sink));
  SECTION("a negative length") {
    feed(*s, as_bytes(std::string_view{"\x00\x00\x00\x02\xff\xff\xff\xff", 8}));
  }
  SECTION("a length over the limit") {
    feed(*s, as_bytes(std::string_view{"HTTP/1.1 400 Bad Request"}));
  }
  SECTION("Hello without content") {
    feed(*s, as_bytes(std::string_view{"\xff\xff\xff\x81\x00\x00\x00\x00", 8}));
  }
  CHECK(s->closed());
  REQUIRE(sink->ends.size() == 1);
  const auto code = sink->ends[0].code();
  CHECK((code == errc::malformed_frame || code == errc::frame_too_large));
  CHECK(sink->ends[0].segment_store() == "store:12345");
  CHECK(told.count<session_ended>() == 1);
}

TEST_CASE("frames that come in pieces are handed on whole", "[session]") {
  append_peer peer;
  auto s = peer.open_session(true);
  auto sink = std::make_shared<recording_sink>();
  REQUIRE(s->attach(1, sink));
  auto bytes = *wire::encode(setup_for(1));
  const auto again = *wire::encode(wire::data_appended{uuid{1, 2}, 5, 4, 1, 100});
  bytes.insert(bytes.end(), again.begin(), again.end());
  for (const auto& each : bytes)
    feed(*s, byte_view{&each, 1});
  CHECK(sink->types ==
        std::vector<std::int32_t>{wire::append_setup::code, wire::data_appended::code});
}

TEST_CASE("a sink may close its session from within a reply", "[session]") {
  append_peer peer;
  auto s = peer.open_session(true);
  auto sink = std::make_shared<recording_sink>();
  sink->on_each = [&] { s->close(errc::cancelled); };
  REQUIRE(s->attach(1, sink));
  auto bytes = *wire::encode(setup_for(1));
  const auto copy = bytes;
  bytes.insert(bytes.end(), copy.begin(), copy.end());
  feed(*s, bytes);
  CHECK(sink->types.size() == 1);
  CHECK(sink->ends.size() == 1);
}

TEST_CASE("sends before and after the life of a session go nowhere", "[session]") {
  append_peer peer;
  auto s =
      std::make_shared<session>(endpoint{"store", 1}, true, std::make_shared<buffer_pool>(),
                                append_peer::ignore_notices(), clock_type::now);
  s->send(*wire::encode(setup_for(1)));
  CHECK(s->sent_bytes() == 0);
  s->close(errc::closed);
  CHECK(s->closed());
  CHECK(peer.waiting() == 0);
}

TEST_CASE("a frame that trickles is no sign of life, one that flows is", "[session]") {
  append_peer peer;
  time_point now{seconds{100}};
  auto s = peer.open_session(true, append_peer::ignore_notices(), [&now] { return now; });
  const auto sink = std::make_shared<recording_sink>();
  REQUIRE(s->attach(1, sink));
  const auto hello = *wire::encode(wire::hello{16, 5});
  for (const auto& each : hello) {
    CHECK(s->received() == 0);
    REQUIRE(s->owed());
    feed(*s, byte_view{&each, 1});
  }
  CHECK(s->received() == 1);
  CHECK_FALSE(s->owed());
  s->send(*wire::encode(wire::keep_alive{}));
  // Three times what counts.
  const std::vector<std::byte> data(3 * limits::sign_of_life_bytes_min);
  const auto large = *wire::encode(wire::segment_read{"segment", 0, false, false, data, 7});
  for (std::size_t at = 0; at + 1 < large.size(); ++at) {
    CHECK(s->received() == 1 + (at / limits::sign_of_life_bytes_min));
    feed(*s, byte_view{&large[at], 1});
  }
  CHECK_FALSE(s->owed());
  CHECK(sink->types.empty());
  feed(*s, byte_view{&large.back(), 1});
  CHECK(sink->types.size() == 1);
  s->close(errc::closed);
}

TEST_CASE("a flood of KeepAlives ends a session", "[session]") {
  append_peer peer;
  auto s = peer.open_session(true);
  const auto sink = std::make_shared<recording_sink>();
  REQUIRE(s->attach(1, sink));
  const auto keep_alive = *wire::encode(wire::keep_alive{});
  for (int interval = 0; interval < 3; ++interval) {
    for (std::uint32_t i = 0; i < limits::keep_alives_per_interval_max; ++i)
      feed(*s, keep_alive);
    CHECK_FALSE(s->closed());
    s->forget_keep_alives();
  }
  for (std::uint32_t i = 0; i <= limits::keep_alives_per_interval_max; ++i)
    feed(*s, keep_alive);
  CHECK(s->closed());
  REQUIRE(sink->ends.size() == 1);
  CHECK(sink->ends[0] == errc::protocol_violation);
}

TEST_CASE("an alert of TLS instead of Hello tells that the port speaks TLS", "[session]") {
  append_peer peer;
  notices told;
  auto s = peer.open_session(true, told.handler());
  constexpr std::string_view alert{"\x15\x03\x01\x00\x02\x02\x46", 7};
  feed(*s, as_bytes(alert));
  REQUIRE(told.count<session_ended>() == 1);
  const auto& why = std::get<session_ended>(told.heard.back()).reason;
  CHECK(why == errc::tls_failed);
  CHECK_FALSE(why.retriable());
  CHECK_THAT(why.detail(), Catch::Contains("this is a TLS port"));
  CHECK_FALSE(why.segment_store().empty());
}
