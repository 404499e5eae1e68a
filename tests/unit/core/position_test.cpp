#include "pravega_actor/position.hpp"

#include <limits>
#include <set>
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

namespace {

constexpr key_range unknown{-1.0, -1.0};

position position_of(const nlohmann::json& record) {
  position made;
  for (const auto& at : record.at("segments")) {
    position::entry entry{unknown, at.at("value")};
    if (!at.at("low").is_null()) entry.range = {at.at("low"), at.at("high")};
    made.segments[*segment::parse(at.at("segment").get<std::string>())] = entry;
  }
  return made;
}

std::set<std::string> parts(const std::string& text) {
  std::set<std::string> found;
  for (std::size_t from = 0; from < text.size();) {
    const auto comma = text.find(", ", from);
    found.insert(text.substr(from, comma - from));
    from = comma == std::string::npos ? text.size() : comma + 2;
  }
  return found;
}

}  // namespace

TEST_CASE("position: golden positions read and write") {
  const auto& records = golden().at("positions").at("positions");
  REQUIRE(records.size() == 3);
  int same_bytes = 0;
  for (const auto& record : records) {
    const auto expected = position_of(record);
    const auto bytes = from_hex(record.at("bytes"));
    const auto read = position::from_bytes(bytes);
    REQUIRE(read);
    CHECK(*read == expected);
    CHECK(expected.to_bytes().size() == bytes.size());
    CHECK(*position::from_bytes(expected.to_bytes()) == expected);
    CHECK(parts(expected.to_string()) == parts(record.at("string")));
    same_bytes += expected.to_bytes() == bytes ? 1 : 0;
  }
  // The third has Java's hash order.
  CHECK(same_bytes == 2);
}

TEST_CASE("position: random positions survive a round trip") {
  test::splitmix random{11};
  for (int i = 0; i < 500; ++i) {
    position made;
    for (auto left = random.below(10); left > 0; --left) {
      double low = static_cast<double>(random.below(1000)) / 1000;
      double high = low + (1 - low) * static_cast<double>(random.below(1000)) / 1000;
      if (random.below(4) == 0) low = high = -1.0;
      made.segments[{{random.name(), random.name()},
                     {static_cast<std::int32_t>(random.magnitude(31)), 0}}] = {
          {low, high}, static_cast<std::int64_t>(random.magnitude(61)) - 1};
    }
    REQUIRE(made.check());
    REQUIRE(*position::from_bytes(made.to_bytes()) == made);
  }
}

TEST_CASE("position: without the second revision ranges are unknown") {
  const auto read =
      position::from_bytes(from_hex("000001000000001201000e732f742f302e2365706f63682e3005"));
  REQUIRE(read);
  REQUIRE(read->segments.size() == 1);
  CHECK(read->segments.begin()->second == position::entry{unknown, 5});
  CHECK_FALSE(read->segments.begin()->second.range.known());
  CHECK(key_range{}.known());
}

TEST_CASE("position: every truncation is refused") {
  const position made{{{{{"s", "t"}, {0, 0}}, {{0.0, 0.5}, 3}}}};
  const auto bytes = made.to_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = position::from_bytes(byte_view{bytes}.first(size));
    REQUIRE_FALSE(read);
    REQUIRE(read.error() == errc::invalid_argument);
  }
}

TEST_CASE("position: random damage never reads past the end nor breaks the rules") {
  test::splitmix random{12};
  const position made{
      {{{{"s", "t"}, {0, 0}}, {{0.0, 0.5}, 3}}, {{{"s", "t"}, {1, 0}}, {{0.5, 1.0}, -1}}}};
  const auto bytes = made.to_bytes();
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    auto damaged = bytes;
    for (auto left = 1 + random.below(3); left > 0; --left)
      damaged[random.below(damaged.size())] = static_cast<std::byte>(random());
    const auto read = position::from_bytes(damaged);
    if (!read) continue;
    ++accepted;
    REQUIRE(read->check());
  }
  CHECK(accepted > 0);
  CHECK(accepted < 20000);
}

TEST_CASE("position: bytes that break a rule are refused with the reason") {
  const std::string seg = "000e732f742f302e2365706f63682e30";
  const std::string offsets = "000000001201" + seg + "05";
  const auto [hex, reason] = GENERATE_COPY(table<std::string, std::string>({
      {"", "the bytes end too early"},
      {"000101" + offsets, "the version is not known"},
      {"000000", "there is no revision"},
      {"000001" + offsets + "00", "bytes after the end"},
      {"00000100000000050100017305", "a segment's name is not valid"},
      {"000001000000002302" + seg + "05" + seg + "05", "twice"},
      {"000001000000001901" + seg + "ffffffffffffffff", "an offset is out of range"},
      {"000002" + offsets + "010000002101" + seg + "3fe00000000000004000000000000000",
       "a range is not within 0 and 1"},
      {"000002" + offsets + "010000002101" + seg + "3ff00000000000003fe0000000000000",
       "a range is not within 0 and 1"},
      {"000002" + offsets + "010000002101" + seg + "7ff80000000000003fe0000000000000",
       "a range is not within 0 and 1"},
      {"000002000000000100010000002101" + seg + "00000000000000003fe0000000000000",
       "a range has no offset"},
  }));
  CAPTURE(hex);
  const auto read = position::from_bytes(from_hex(hex));
  REQUIRE_FALSE(read);
  CHECK(read.error() == errc::invalid_argument);
  CHECK_THAT(read.error().detail(), Catch::Contains(reason));
}

TEST_CASE("position: what cannot be written gives nothing") {
  const segment good{{"s", "t"}, {0, 0}};
  const auto made = [](segment in, key_range range, std::int64_t offset) {
    return position{{{std::move(in), {range, offset}}}};
  };
  CHECK(made(good, {0.0, 1.0}, compact_long_max - 1).check());
  for (const auto& bad :
       {made(good, {0.0, 1.0}, -2), made(good, {0.0, 1.0}, compact_long_max),
        made(good, {0.5, 0.25}, 0), made(good, {0.0, 1.5}, 0), made(good, {-1.0, 0.5}, 0),
        made(good, {std::numeric_limits<double>::quiet_NaN(), 1.0}, 0),
        made({{"s", ""}, {0, 0}}, {0.0, 1.0}, 0), made({{"s", "t"}, {-1, 0}}, {0.0, 1.0}, 0),
        made({{"s/x", "t"}, {0, 0}}, {0.0, 1.0}, 0),
        made({{"s", std::string(65536, 't')}, {0, 0}}, {0.0, 1.0}, 0)}) {
    CHECK_FALSE(bad.check());
    CHECK(bad.to_bytes().empty());
  }
}

TEST_CASE("position: an empty position is written and read") {
  const auto bytes = position{}.to_bytes();
  CHECK(to_hex(bytes) == "000002000000000100010000000100");
  CHECK(*position::from_bytes(bytes) == position{});
  CHECK(position{}.to_string().empty());
}
