#include "pravega_actor/stream_split.hpp"

#include <string>
#include <vector>

#include "core/versioned.hpp"
#include "support/catch.hpp"
#include "support/json_data.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using test::from_hex;
using test::to_hex;

namespace {

const scoped_stream stream{"s", "t"};
const stream_split split{{stream, {0, 0}}, 5, 300};

}  // namespace

TEST_CASE("split: both forms are fixed") {
  CHECK(split.bytes() == 295);
  CHECK(split.to_string() == "s/t/0.#epoch.0:5..300");
  CHECK(to_hex(split.to_bytes()) ==
        "00000100"
        "00000020"
        "000e732f742f302e2365706f63682e30"
        "0000000000000005"
        "000000000000012c");
}

TEST_CASE("split: random splits survive both round trips") {
  test::splitmix random{5};
  for (int i = 0; i < 1000; ++i) {
    const auto from = static_cast<std::int64_t>(random.magnitude(60));
    const stream_split any{{{random.name(), random.name()},
                            {static_cast<std::int32_t>(random.magnitude(31)),
                             static_cast<std::int32_t>(random.magnitude(31))}},
                           from,
                           from + 1 + static_cast<std::int64_t>(random.magnitude(59))};
    REQUIRE(any.check());
    REQUIRE(*stream_split::from_bytes(any.to_bytes()) == any);
    REQUIRE(*stream_split::parse(any.to_string()) == any);
  }
}

TEST_CASE("split: what cannot be read has no form") {
  for (const auto& [from, to] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {-1, 5}, {5, 5}, {6, 5}, {0, compact_signed_long_max + 1}}) {
    CAPTURE(from, to);
    const stream_split bad{split.in, from, to};
    CHECK(bad.check().error() == errc::invalid_argument);
    CHECK(bad.to_bytes().empty());
    CHECK_FALSE(stream_split::parse(bad.to_string()));
  }
  CHECK_FALSE(stream_split{{{"s", "a/b"}, {0, 0}}, 0, 1}.check());
}

TEST_CASE("split: every truncation and extra bytes are refused") {
  auto bytes = split.to_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = stream_split::from_bytes(byte_view{bytes}.first(size));
    REQUIRE_FALSE(read);
    REQUIRE(read.error() == errc::invalid_argument);
  }
  bytes.push_back(std::byte{0});
  CHECK_FALSE(stream_split::from_bytes(bytes));
}

TEST_CASE("split: bytes that break a rule are refused with the reason") {
  const std::string seg = "000e732f742f302e2365706f63682e30";
  const std::string five = "0000000000000005";
  const auto [hex, reason] = GENERATE_COPY(table<std::string, std::string>({
      {"00010100"
       "00000020" +
           seg + five + five,
       "the version is not known"},
      {"000000", "there is no revision"},
      {"00000100"
       "00000012"
       "0000" +
           five + five,
       "the segment's name is not valid"},
      {"00000100"
       "00000020" +
           seg + five + five,
       "the offsets are out of range"},
  }));
  CAPTURE(hex);
  const auto read = stream_split::from_bytes(from_hex(hex));
  REQUIRE_FALSE(read);
  CHECK(read.error() == errc::invalid_argument);
  CHECK_THAT(read.error().detail(), Catch::Contains(reason));
}

TEST_CASE("split: texts that are no splits are refused") {
  for (const auto* text :
       {"", "s/t/0", "s/t/0:1", "s/t/0:1..", "s/t/0:..2", "s/t/0:2..1", "s/t/0:1-2", "s/t:1..2",
        "s/t/0:x..2", "s/t/0:1..2 ", ":1..2", "s/t/0:0..2305843009213693951"}) {
    CAPTURE(text);
    const auto read = stream_split::parse(text);
    REQUIRE_FALSE(read);
    CHECK(read.error() == errc::invalid_argument);
  }
}

TEST_CASE("split: a position leaves what lies behind it") {
  const std::vector<stream_split> all{{{stream, {0, 0}}, 10, 50},
                                      {{stream, {1, 0}}, 0, 50},
                                      {{stream, {2, 0}}, 0, 50},
                                      {{stream, {3, 0}}, 20, 50},
                                      {{stream, {4, 0}}, 0, 50}};
  const auto rest =
      unread(all, {stream, {{{0, 0}, 30}, {{1, 0}, 50}, {{2, 0}, -1}, {{3, 0}, 10}}});
  CHECK(rest == std::vector<stream_split>{{{stream, {0, 0}}, 30, 50},
                                          {{stream, {3, 0}}, 20, 50},
                                          {{stream, {4, 0}}, 0, 50}});
  CHECK(unread(all, {{"s", "other"}, {{{0, 0}, 30}}}) == all);
}
