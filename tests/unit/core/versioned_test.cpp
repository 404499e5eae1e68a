#include "core/versioned.hpp"

#include <string>

#include "core/stream_cut_format.hpp"
#include "pravega_actor/event_pointer.hpp"
#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"
#include "support/json_data.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::from_hex;
using test::golden;
using test::to_hex;

namespace {

template <class F>
std::string written(F&& write) {
  binary_writer to;
  write(to);
  CHECK(to.ok());
  return to_hex(std::move(to).take());
}

// The compact numbers at the bounds of their forms.
struct bound {
  std::int64_t value;
  const char* bytes;
};

}  // namespace

TEST_CASE("versioned: golden compact numbers within event pointers") {
  const auto& records = golden().at("compact_numbers").at("compact_long_in_event_pointer");
  REQUIRE(records.size() == 9);
  for (const auto& record : records) {
    const std::int64_t value = record.at("value");
    const auto length =
        static_cast<std::int32_t>(std::min<std::int64_t>(value, compact_int_max));
    const event_pointer pointer{{{"s", "t"}, {0, 0}}, value, length};
    CAPTURE(value);
    CHECK(to_hex(pointer.to_bytes()) == record.at("event_pointer_bytes").get<std::string>());
    const auto read = event_pointer::from_bytes(from_hex(record.at("event_pointer_bytes")));
    REQUIRE(read);
    CHECK(*read == pointer);
  }
}

TEST_CASE("versioned: golden signed compact numbers within stream cuts") {
  const auto& records = golden().at("compact_numbers").at("compact_signed_long_in_stream_cut");
  REQUIRE(records.size() == 18);
  int refused = 0;
  for (const auto& record : records) {
    const std::int64_t value = record.at("value");
    const std::string bytes = record.at("stream_cut_bytes");
    CAPTURE(value);
    binary_writer to;
    write_stream_cut(to, {{"s", "t"}, {{segment_id{0, 0}, value}}});
    if (bytes.starts_with("java.lang.IllegalArgumentException")) {
      CHECK_FALSE(to.ok());
      ++refused;
      continue;
    }
    CHECK(to_hex(std::move(to).take()) == bytes);
    // The offset is all that follows the entry's id, the 16th byte of the cut.
    const auto all = from_hex(bytes);
    binary_reader from{byte_view{all}.subspan(15)};
    CHECK(from.compact_signed_long() == value);
    from.expect_end();
    CHECK(from.ok());
  }
  CHECK(refused == 1);
}

TEST_CASE("versioned: golden checkpoints hold cuts without a length before them") {
  const auto& records = golden().at("positions").at("checkpoints");
  REQUIRE(records.size() == 2);
  for (const auto& record : records) {
    const auto bytes = from_hex(record.at("bytes"));
    binary_reader from{bytes};
    std::uint8_t version = 9;
    const auto revisions = from.header(version);
    CHECK(version == 0);
    std::size_t cuts = 0;
    from.revisions(revisions, [&](binary_reader& data) {
      CHECK(data.text() == record.at("name").get<std::string>());
      for (auto left = data.count(2); left > 0; --left) {
        const auto& expected = record.at("cuts").at(cuts++);
        CHECK(data.text() == expected.at("stream").get<std::string>());
        CHECK(read_stream_cut(data).to_string() == expected.at("cut").get<std::string>());
      }
      data.expect_end();
    });
    from.expect_end();
    CHECK(from.ok());
    CHECK(cuts == record.at("cuts").size());
  }
}

TEST_CASE("versioned: plain numbers are big endian") {
  CHECK(written([](auto& to) { to.u8(0xFE); }) == "fe");
  CHECK(written([](auto& to) { to.u16(0x0102); }) == "0102");
  CHECK(written([](auto& to) { to.i32(-2); }) == "fffffffe");
  CHECK(written([](auto& to) { to.i64(0x0102030405060708); }) == "0102030405060708");
  CHECK(written([](auto& to) { to.f64(0.5); }) == "3fe0000000000000");
  CHECK(written([](auto& to) { to.text("a/b"); }) == "0003612f62");
  const auto bytes = from_hex("fe0102fffffffe01020304050607083fe00000000000000003612f62");
  binary_reader from{bytes};
  CHECK(from.u8() == 0xFE);
  CHECK(from.u16() == 0x0102);
  CHECK(from.i32() == -2);
  CHECK(from.i64() == 0x0102030405060708);
  CHECK(from.f64() == 0.5);
  CHECK(from.text() == "a/b");
  from.expect_end();
  CHECK(from.ok());
}

TEST_CASE("versioned: compact ints change their form at the bounds") {
  for (const auto& [value, bytes] :
       {bound{0, "00"}, bound{127, "7f"}, bound{128, "8080"}, bound{16383, "bfff"},
        bound{16384, "c0004000"}, bound{compact_int_max, "fffffffe"}}) {
    CAPTURE(value);
    CHECK(written([v = value](auto& to) { to.compact_int(v); }) == bytes);
    const auto encoded = from_hex(bytes);
    binary_reader from{encoded};
    CHECK(from.compact_int() == value);
    CHECK(from.remaining() == 0);
  }
}

TEST_CASE("versioned: numbers outside a compact form make the writer fail for good") {
  const auto fails = [](auto&& write) {
    binary_writer to;
    write(to);
    to.u8(1);
    return !to.ok() && std::move(to).take().empty();
  };
  CHECK(fails([](auto& to) { to.compact_int(-1); }));
  CHECK(fails([](auto& to) { to.compact_int(std::int64_t{compact_int_max} + 1); }));
  CHECK(fails([](auto& to) { to.compact_long(-1); }));
  CHECK(fails([](auto& to) { to.compact_long(compact_long_max + 1); }));
  CHECK(fails([](auto& to) { to.compact_signed_long(compact_signed_long_max + 1); }));
  CHECK(fails([](auto& to) { to.compact_signed_long(compact_signed_long_min - 1); }));
  CHECK(fails([](auto& to) { to.text(std::string(65536, 'x')); }));
  CHECK_FALSE(fails([](auto& to) { to.text(std::string(65535, 'x')); }));
}

TEST_CASE("versioned: random compact numbers survive a round trip") {
  test::splitmix random{6};
  for (int i = 0; i < 5000; ++i) {
    const auto small = static_cast<std::int32_t>(random.magnitude(30));
    const auto large = static_cast<std::int64_t>(random.magnitude(62));
    auto with_sign = static_cast<std::int64_t>(random.magnitude(61));
    if (small > compact_int_max || large > compact_long_max ||
        with_sign > compact_signed_long_max)
      continue;
    if (random.below(2) == 0) with_sign = -with_sign;
    binary_writer to;
    to.compact_int(small);
    to.compact_long(large);
    to.compact_signed_long(with_sign);
    const auto bytes = std::move(to).take();
    binary_reader from{bytes};
    REQUIRE(from.compact_int() == small);
    REQUIRE(from.compact_long() == large);
    REQUIRE(from.compact_signed_long() == with_sign);
    REQUIRE(from.remaining() == 0);
  }
}

TEST_CASE("versioned: a reader that has failed gives zeros and keeps the first reason") {
  const auto bytes = from_hex("0005616263");
  binary_reader from{bytes};
  CHECK(from.text().empty());
  CHECK_FALSE(from.ok());
  CHECK(from.failure() == std::string_view{"the bytes end too early"});
  from.fail("another");
  CHECK(from.u8() == 0);
  CHECK(from.compact_long() == 0);
  CHECK(from.compact_signed_long() == 0);
  CHECK(from.count(1) == 0);
  const auto failure = from.to_error("thing");
  CHECK(failure == errc::invalid_argument);
  CHECK(failure.detail() == "thing: the bytes end too early");
}

TEST_CASE("versioned: every cut of a number fails") {
  const auto fails = [](const std::string& hex, auto&& read) {
    const auto bytes = from_hex(hex);
    binary_reader from{bytes};
    (void)read(from);
    return !from.ok();
  };
  const auto compact_int = [](binary_reader& from) { return from.compact_int(); };
  const auto compact_long = [](binary_reader& from) { return from.compact_long(); };
  const auto compact_signed = [](binary_reader& from) { return from.compact_signed_long(); };
  CHECK(fails("", compact_int));
  CHECK(fails("80", compact_int));
  CHECK(fails("c00040", compact_int));
  CHECK(fails("40", compact_long));
  CHECK(fails("c0000000000000", compact_long));
  CHECK(fails("20", compact_signed));
  CHECK(fails("e00000", compact_signed));
  CHECK(fails("00", [](binary_reader& from) { return from.u16(); }));
  CHECK(fails("000000", [](binary_reader& from) { return from.i32(); }));
  CHECK(fails("00000000000000", [](binary_reader& from) { return from.i64(); }));
}

TEST_CASE("versioned: counts are checked against the limit and the bytes that are there") {
  binary_writer to;
  to.compact_int(static_cast<std::int64_t>(limits::cut_entries_max) + 1);
  const auto too_many = std::move(to).take();
  binary_reader above{too_many};
  CHECK(above.count(0) == 0);
  CHECK(above.failure() == std::string_view{"there are more entries than cut_entries_max"});
  const auto two = from_hex("02aabbcc");
  binary_reader short_of{two};
  CHECK(short_of.count(2) == 0);
  CHECK_FALSE(short_of.ok());
  binary_reader enough{two};
  CHECK(enough.count(1) == 2);
  CHECK(enough.ok());
}

TEST_CASE("versioned: revisions: known ones are read, unknown ones skipped, rests ignored") {
  const auto bytes = from_hex("0007030000000002aabb0100000001cc0200000000ee");
  binary_reader from{bytes};
  std::uint8_t version = 0;
  const auto revisions = from.header(version);
  CHECK(version == 7);
  CHECK(revisions == 3);
  std::uint8_t first = 0;
  std::uint8_t second = 0;
  from.revisions(
      revisions, [&](binary_reader& data) { first = data.u8(); },
      [&](binary_reader& data) { second = data.u8(); });
  CHECK(from.ok());
  CHECK(first == 0xAA);
  CHECK(second == 0xCC);
  CHECK(from.remaining() == 1);
  from.expect_end();
  CHECK_FALSE(from.ok());
}

TEST_CASE("versioned: damaged revisions fail") {
  const auto [hex, reason] = GENERATE(table<std::string, std::string>({
      {"010001", "the serializer's version is not known"},
      {"0000", "the bytes end too early"},
      {"0000010100000000", "a revision has the wrong number"},
      {"00000100ffffffff", "a length is negative"},
      {"0000010000000002aa", "the bytes end too early"},
      {"0000010000000000", "the bytes end too early"},
      {"0000020000000001aa0500000000", "a revision has the wrong number"},
  }));
  CAPTURE(hex);
  const auto bytes = from_hex(hex);
  binary_reader from{bytes};
  std::uint8_t version = 0;
  const auto revisions = from.header(version);
  from.revisions(revisions, [](binary_reader& data) { (void)data.u8(); });
  REQUIRE_FALSE(from.ok());
  CHECK(from.failure() == reason);
}
