// The tables of a session in docs/protocols/connection.md, cell by cell, against the session.
#include <functional>
#include <new>

#include "connection/session.hpp"
#include "pravega_actor/limits.hpp"
#include "support/append_peer.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using byte_vector = std::vector<std::byte>;

namespace {

constexpr const char* connection_page = "docs/protocols/connection.md";
constexpr std::int64_t expected_id = 1LL << 32 | 7;

struct counting_sink final : reply_sink {
  std::size_t replies = 0;
  std::vector<error> ends;
  bool lacks_memory = false;
  bool expects(std::int64_t request_id) const override { return request_id == expected_id; }
  void on_reply(const wire::frame&) override {
    if (lacks_memory) throw std::bad_alloc{};
    ++replies;
  }
  void on_session_closed(const error& reason) override { ends.push_back(reason); }
};

/// A session with a flow 1; a shared one has a flow 2, too.
struct tested_session {
  append_peer peer;
  std::size_t greetings = 0;
  std::vector<error> ends;
  std::shared_ptr<session> tested;
  std::shared_ptr<counting_sink> sink = std::make_shared<counting_sink>();
  std::shared_ptr<counting_sink> other = std::make_shared<counting_sink>();

  explicit tested_session(bool dedicated) {
    tested = peer.open_session(dedicated, [this](const session_notice& what) {
      if (std::holds_alternative<session_greeted>(what)) ++greetings;
      if (const auto* end = std::get_if<session_ended>(&what)) ends.push_back(end->reason);
    });
  }
  void attach_flows() {
    REQUIRE(tested->attach(1, sink));
    if (!tested->dedicated()) REQUIRE(tested->attach(2, other));
  }
  [[nodiscard]] bool attach(std::int32_t flow) const {
    return tested->attach(flow, std::make_shared<counting_sink>());
  }
};

byte_vector reply_for(std::int32_t flow) {
  return *wire::encode(
      wire::append_setup{static_cast<std::int64_t>(flow) << 32 | 7, "segment", uuid{1, 2}, 0});
}
byte_vector token_failure(std::int64_t id, wire::token_error why) {
  return *wire::encode(wire::auth_token_check_failed{id, "", why});
}
byte_vector header(std::int32_t type, std::int32_t length) {
  byte_vector bytes(8);
  wire::store_big_endian(bytes.data(), type);
  wire::store_big_endian(bytes.data() + 4, length);
  return bytes;
}
byte_vector repeated(const byte_vector& frame, std::size_t count) {
  byte_vector all;
  for (std::size_t i = 0; i < count; ++i)
    all.insert(all.end(), frame.begin(), frame.end());
  return all;
}

/// A call, made after something that happens while the session is open.
struct session_call {
  std::function<void(tested_session&)> before;
  /// In the words of the table.
  std::function<std::string(tested_session&)> make;
};

std::string text_of(bool attached) {
  return attached ? "true" : "false";
}

std::string detach(tested_session& s) {
  feed(*s.tested, reply_for(1));
  const auto replies = s.sink->replies;
  s.tested->detach(1);
  feed(*s.tested, reply_for(1));
  if (s.sink->replies > replies) return "the sink gets more replies";
  return replies > 0 ? "the sink gets no more replies" : "–";
}

std::string send(tested_session& s) {
  const auto bytes = s.tested->sent_bytes();
  s.tested->send(reply_for(1));
  const bool sent = s.tested->sent_bytes() > bytes;
  CHECK(s.peer.waiting() == (sent ? 1u : 0u));
  return sent ? "the bytes are sent" : "–";
}

std::string close(tested_session& s) {
  const auto before = s.ends.size();
  const auto of_sink = s.sink->ends.size();
  s.tested->close(errc::cancelled);
  CHECK(s.tested->closed());
  CHECK(s.other->ends.size() == (s.tested->dedicated() ? 0 : s.sink->ends.size()));
  if (s.ends.size() == before && s.sink->ends.size() == of_sink) return "–";
  REQUIRE(s.sink->ends.size() == of_sink + 1);
  CHECK(s.sink->ends.back() == errc::cancelled);
  REQUIRE(s.ends.size() == before + 1);
  CHECK(s.ends.back() == errc::cancelled);
  return "every sink and the connection actor get the reason";
}

const std::map<std::string, session_call>& session_calls() {
  const auto attach_flows = [](tested_session& s) { s.attach_flows(); };
  static const std::map<std::string, session_call> all{
      {"attach, and there is room for the flow",
       {[](tested_session&) {}, [](tested_session& s) { return text_of(s.attach(3)); }}},
      {"attach, and the flow is taken",
       {attach_flows, [](tested_session& s) { return text_of(s.attach(1)); }}},
      {"attach, and the session is full (dedicated: 1 flow; shared: 2000)",
       {[](tested_session& s) {
          const std::size_t room = s.tested->dedicated() ? 1 : 2000;
          for (std::size_t i = 0; i < room; ++i)
            REQUIRE(s.attach(static_cast<std::int32_t>(i + 1)));
        },
        [](tested_session& s) { return text_of(s.attach(1 << 20)); }}},
      {"detach", {attach_flows, detach}},
      {"send", {attach_flows, send}},
      {"close", {attach_flows, close}},
  };
  return all;
}

/// What comes; all of a row does what it says.
struct reception {
  std::vector<byte_vector> each;
  bool lacks_memory = false;
};

const std::map<std::string, reception>& receptions() {
  using why = wire::token_error;
  const auto hello = *wire::encode(wire::hello{16, 5});
  const auto keep_alive = *wire::encode(wire::keep_alive{});
  static const std::map<std::string, reception> all{
      {"a reply with the id of a flow",
       {{reply_for(1), token_failure(expected_id, why::token_expired)}}},
      {"a reply with another id: its user has left", {{reply_for(3)}}},
      {"a reply without request id", {{header(12345, 0), header(wire::append_setup::code, 0)}}},
      {"a refused token with an id that its flow does not expect",
       {{token_failure(4711, why::token_check_failed),
         token_failure(expected_id + 1, why::token_check_failed)}}},
      {"an expired token with such an id",
       {{token_failure(4711, why::token_expired),
         token_failure(expected_id + 1, why::token_expired)}}},
      {"the first Hello", {{hello}}},
      {"another Hello", {{repeated(hello, 2)}}},
      {"a Hello that does not decode", {{header(wire::hello::code, 0)}}},
      {"KeepAlive", {{keep_alive, repeated(keep_alive, limits::keep_alives_per_interval_max)}}},
      {"more than `limits::keep_alives_per_interval_max` of them between two ticks",
       {{repeated(keep_alive, limits::keep_alives_per_interval_max + 1)}}},
      {"a frame with a negative length", {{header(wire::append_setup::code, -1)}}},
      {"a frame that is too large",
       {{header(wire::append_setup::code,
                static_cast<std::int32_t>(limits::frame_payload_bytes_max + 1))}}},
      {"a reply for which there is no memory", {{reply_for(1)}, true}},
  };
  return all;
}

// In the words of the table.
std::string what_comes_of(const byte_vector& bytes, tested_session& s) {
  feed(*s.tested, bytes);
  CHECK(s.other->replies == 0);
  if (s.tested->closed()) {
    REQUIRE(s.ends.size() == 1);
    REQUIRE(s.sink->ends.size() == 1);
    CHECK(s.sink->ends[0].code() == s.ends[0].code());
    return "*end* " + std::string{to_string(s.ends[0].code())};
  }
  if (s.greetings > 0) return "the connection actor gets a notice";
  if (s.sink->replies > 0) return s.tested->dedicated() ? "to the sink" : "to the flow's sink";
  const auto type = wire::load_big_endian<std::int32_t>(bytes.data());
  const bool lives = s.tested->received() > 0;
  return type == wire::keep_alive::code && lives ? "counts as a sign of life" : "–";
}

}  // namespace

TEST_CASE("the table of a session's calls says what it does", "[connection_table]") {
  const auto table = read_state_table(connection_page, "The session");
  CHECK(table.states == std::vector<std::string>{"open", "closed"});
  check_cells(table, session_calls(), [](const auto& state, const auto& cell, const auto& how) {
    for (const bool dedicated : {true, false}) {
      CAPTURE(dedicated);
      tested_session s{dedicated};
      how.before(s);
      if (state == "closed") s.tested->close(errc::connection_lost);
      CHECK(how.make(s) == cell);
    }
  });
  CHECK(limits::appends_per_connection_max == 2000);
}

TEST_CASE("the table of receptions says what a session makes of them", "[connection_table]") {
  const auto table = read_state_table(connection_page, "What a session receives");
  CHECK(table.states == std::vector<std::string>{"dedicated", "shared"});
  check_cells(table, receptions(), [](const auto& state, const auto& cell, const auto& how) {
    for (const auto& bytes : how.each) {
      tested_session s{state == "dedicated"};
      s.attach_flows();
      s.sink->lacks_memory = how.lacks_memory;
      CHECK(what_comes_of(bytes, s) == cell);
    }
  });
}
