#include "pravega_actor/event_pointer.hpp"

#include <string>

#include "core/versioned.hpp"
#include "support/catch.hpp"
#include "support/json_data.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::from_hex;
using test::golden;
using test::to_hex;

TEST_CASE("event pointer: golden pointers in both forms") {
  const auto& records = golden().at("positions").at("event_pointers");
  REQUIRE(records.size() == 4);
  for (const auto& record : records) {
    const event_pointer pointer{*segment::parse(record.at("segment").get<std::string>()),
                                record.at("offset"), record.at("length")};
    CHECK(to_hex(pointer.to_bytes()) == record.at("bytes").get<std::string>());
    CHECK(pointer.to_string() == record.at("string").get<std::string>());
    CHECK(*event_pointer::from_bytes(from_hex(record.at("bytes"))) == pointer);
    CHECK(*event_pointer::parse(record.at("string").get<std::string>()) == pointer);
  }
}

TEST_CASE("event pointer: random pointers survive both round trips") {
  test::splitmix random{13};
  for (int i = 0; i < 1000; ++i) {
    const event_pointer pointer{{{random.name(), random.name()},
                                 {static_cast<std::int32_t>(random.magnitude(31)),
                                  static_cast<std::int32_t>(random.magnitude(31))}},
                                static_cast<std::int64_t>(random.magnitude(61)),
                                static_cast<std::int32_t>(random.magnitude(29))};
    REQUIRE(pointer.check());
    REQUIRE(*event_pointer::from_bytes(pointer.to_bytes()) == pointer);
    REQUIRE(*event_pointer::parse(pointer.to_string()) == pointer);
  }
}

TEST_CASE("event pointer: every truncation and extra bytes are refused") {
  auto bytes = event_pointer{{{"s", "t"}, {0, 0}}, 70000, 40000}.to_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = event_pointer::from_bytes(byte_view{bytes}.first(size));
    REQUIRE_FALSE(read);
    REQUIRE(read.error() == errc::invalid_argument);
  }
  bytes.push_back(std::byte{0});
  CHECK_FALSE(event_pointer::from_bytes(bytes));
}

TEST_CASE("event pointer: bytes that break a rule are refused with the reason") {
  const std::string seg = "000e732f742f302e2365706f63682e30";
  const auto [hex, reason] = GENERATE_COPY(table<std::string, std::string>({
      {"0001010000000012" + seg + "0000", "the version is not known"},
      {"000000", "there is no revision"},
      {"000001000000000400000000", "the segment's name is not valid"},
      {"0000010000000019" + seg + "ffffffffffffffff00", "out of range"},
      {"0000010000000015" + seg + "00ffffffff", "out of range"},
  }));
  CAPTURE(hex);
  const auto read = event_pointer::from_bytes(from_hex(hex));
  REQUIRE_FALSE(read);
  CHECK(read.error() == errc::invalid_argument);
  CHECK_THAT(read.error().detail(), Catch::Contains(reason));
}

TEST_CASE("event pointer: texts that are no pointers are refused") {
  for (const auto* text :
       {"", "s/t/0", "s/t/0:1", "s/t/0:1-", "s/t/0:-2", "s/t/0:-1-2", "s/t/0:1--2", "s/t:1-2",
        "s/t/0:x-2", "s/t/0:1-2 ", "s/t/0:4611686018427387903-1", "s/t/0:1-1073741823",
        "s/t/0:99999999999999999999-1", ":1-2"}) {
    CAPTURE(text);
    const auto read = event_pointer::parse(text);
    REQUIRE_FALSE(read);
    CHECK(read.error() == errc::invalid_argument);
  }
}

TEST_CASE("event pointer: what cannot be written gives nothing") {
  const segment good{{"s", "t"}, {0, 0}};
  for (const auto& bad : {event_pointer{good, -1, 8}, event_pointer{good, 0, -1},
                          event_pointer{good, compact_long_max + 1, 8},
                          event_pointer{good, 0, compact_int_max + 1}, event_pointer{}}) {
    CHECK_FALSE(bad.check());
    CHECK(bad.to_bytes().empty());
  }
}
