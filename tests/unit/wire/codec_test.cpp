#include "wire/codec.hpp"

#include <map>
#include <set>

#include "command_vectors.hpp"
#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

/// The value of a field named request_id, by the field tables.
std::optional<std::int64_t> request_id_of(const wire::command& value) {
  std::optional<std::int64_t> id;
  const auto look_at = [&id](auto, std::string_view name, const auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, std::int64_t>) {
      if (name == "request_id") id = member;
    }
    return true;
  };
  wire::visit([&](const auto& one) { std::decay_t<decltype(one)>::fields(one, look_at); },
              value);
  return id;
}

/// Through the functions that know the type; the command goes the other way.
result<wire::command> decode_as_known(const wire::command& like, byte_view payload) {
  return wire::visit(
      [payload](const auto& one) -> result<wire::command> {
        auto done = wire::decode_as<std::decay_t<decltype(one)>>(payload);
        if (!done) return done.error();
        return wire::command{*done};
      },
      like);
}

}  // namespace

TEST_CASE("the golden frames cover every command") {
  std::map<std::int32_t, int> frames;
  for (const auto& vector : command_vectors())
    ++frames[vector.code];
  std::size_t total = 0;
  for (const auto& [code, count] : frames)
    total += static_cast<std::size_t>(count);
  CHECK(frames.size() == 68);
#define X(name) +1
  CHECK(frames.size() == 0 PRAVEGA_ACTOR_WIRE_COMMANDS(X));
#undef X
  CHECK(total == 203);
}

TEST_CASE("every golden frame is what we encode") {
  for (const auto& vector : command_vectors()) {
    INFO(vector.name << " " << to_hex(vector.frame).substr(0, 200));
    const auto encoded = wire::encode(command_from(vector.code, vector.fields));
    REQUIRE(encoded);
    CHECK(*encoded == vector.frame);
  }
}

TEST_CASE("every golden frame decodes to its fields") {
  std::multiset<std::string> lossy;
  for (const auto& vector : command_vectors()) {
    INFO(vector.name << " " << to_hex(vector.frame).substr(0, 200));
    if (vector.fields != vector.decoded) lossy.insert(vector.name);
    const auto expected = command_from(vector.code, vector.decoded);
    const auto decoded = wire::decode(vector.code, vector.payload());
    REQUIRE(decoded);
    CHECK((*decoded == expected));
    const auto direct = decode_as_known(expected, vector.payload());
    REQUIRE(direct);
    CHECK((*direct == expected));
    CHECK(wire::encode(*direct).value() == vector.frame);
  }
  // The wire does not carry everything: an empty key has no version there, and the prefix
  // filter of an iteration is always written empty.
  CHECK(lossy == std::multiset<std::string>{"TableEntriesDeltaRead", "TableEntriesRead",
                                            "TableRead", "UpdateTableEntries",
                                            "ReadTableEntries", "ReadTableEntries",
                                            "ReadTableKeys", "ReadTableKeys"});
}

TEST_CASE("the request id is found without decoding") {
  std::size_t with_id = 0;
  for (const auto& vector : command_vectors()) {
    INFO(vector.name);
    const auto expected = request_id_of(command_from(vector.code, vector.decoded));
    CHECK((wire::peek_request_id(vector.code, vector.payload()) == expected));
    with_id += expected.has_value();
  }
  CHECK(with_id == 203 - 4 - 1 - 3 * 4);  // hello, keep_alive; padding, events and block

  const auto early = wire::encode(wire::data_appended{.request_id = 9}).value();
  CHECK(wire::peek_request_id(7, byte_view{early}.subspan(8, 40)) == 9);
  CHECK(!wire::peek_request_id(7, byte_view{early}.subspan(8, 39)));
  CHECK(!wire::peek_request_id(7, {}));
  CHECK(!wire::peek_request_id(4711, byte_view{early}.subspan(8)));
}

TEST_CASE("type names and printing") {
  CHECK(wire::type_name(-127) == "hello");
  CHECK(wire::type_name(7) == "data_appended");
  CHECK(wire::type_name(6) == "unknown");
  CHECK(wire::to_string(wire::keep_alive{}) == "keep_alive{}");
  CHECK(wire::to_string(wire::command{
            wire::append_block_end{.writer_id = {0x0123456789abcdef, 0xfedcba9876543210},
                                   .size_of_whole_events = 3,
                                   .data = wire::blob(3),
                                   .num_events = 1,
                                   .last_event_number = 2,
                                   .request_id = 5}}) ==
        "append_block_end{writer_id=01234567-89ab-cdef-fedc-ba9876543210, "
        "size_of_whole_events=3, data=<3 bytes>, num_events=1, last_event_number=2, "
        "request_id=5}");
  const auto seal =
      wire::to_string(wire::seal_segment{3, "a/b/0\n\"", "secret token in the clear"});
  CHECK(seal ==
        "seal_segment{request_id=3, segment=\"a/b/0\\x0a\\\"\", delegation_token=<25 bytes>}");
  const auto trace = wire::to_string(wire::no_such_segment{1, "s", std::string(5000, 'x'), 2});
  CHECK(trace.size() < 400);
  for (const auto& vector : command_vectors()) {
    const auto text = wire::to_string(wire::decode(vector.code, vector.payload()).value());
    INFO(text);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.rfind(std::string{wire::type_name(vector.code)} + "{", 0) == 0);
  }
}

TEST_CASE("bytes behind the last field are skipped") {
  for (const auto& vector : command_vectors()) {
    INFO(vector.name);
    auto longer = std::vector<std::byte>(vector.payload().begin(), vector.payload().end());
    longer.insert(longer.end(), 3, std::byte{0x55});
    const auto decoded = wire::decode(vector.code, longer);
    REQUIRE(decoded);
    static const std::set<std::string> without_length{"Padding", "PartialEvent", "Event",
                                                      "AppendBlock"};
    const auto expected = wire::decode(vector.code, vector.payload()).value();
    CHECK((*decoded == expected) == (without_length.count(vector.name) == 0));
  }
}

TEST_CASE("a type that does not exist") {
  for (const std::int32_t type : {6, 72, 73, 41, 42, -7, 1 << 24, INT32_MIN}) {
    const auto decoded = wire::decode(type, {});
    REQUIRE(!decoded);
    CHECK(decoded.error() == errc::unknown_command);
    CHECK(decoded.error().at() == stage::decode);
    CHECK(decoded.error().detail() == "type " + std::to_string(type));
  }
}

TEST_CASE("what cannot be encoded is refused") {
  const auto refused = [](const auto& value, errc code, const std::string& detail) {
    std::vector<std::byte> out(5);
    const auto done = wire::encode_to(out, value);
    REQUIRE(!done);
    CHECK(done.error() == code);
    CHECK(done.error().detail() == detail);
    CHECK(out.size() == 5);
  };
  const std::string longest(limits::wire_text_bytes_max, 'x');
  CHECK(wire::encode(wire::segment_created{1, longest}));
  refused(wire::segment_created{1, longest + "x"}, errc::invalid_argument,
          "segment_created.segment: longer than 65535 bytes");
  // A NUL takes two bytes on the wire.
  refused(wire::segment_created{1, std::string(longest.size(), '\0')}, errc::invalid_argument,
          "segment_created.segment: longer than 65535 bytes");
  refused(wire::segment_created{1, "\x80"}, errc::invalid_argument,
          "segment_created.segment: not UTF-8");
  refused(wire::padding{-1}, errc::invalid_argument, "padding.length: negative length");
  refused(wire::padding{INT32_MAX}, errc::frame_too_large,
          "padding.length: the frame would pass the limit");

  wire::append_block_end end;
  end.data.resize(16777163);  // what a real server takes, and not a byte more
  const auto largest = wire::encode(end);
  REQUIRE(largest);
  CHECK(largest->size() == limits::frame_bytes_max);
  end.data.emplace_back();
  refused(end, errc::frame_too_large,
          "append_block_end.request_id: the frame would pass the limit");
}

TEST_CASE("frames are appended one after the other") {
  std::vector<std::byte> out;
  REQUIRE(wire::encode_to(out, wire::hello{16, 5}));
  REQUIRE(wire::encode_to(out, wire::keep_alive{}));
  CHECK(to_hex(out) == "ffffff810000000800000010000000050000006400000000");
}
