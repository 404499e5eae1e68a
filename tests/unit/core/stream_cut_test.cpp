#include "pravega_actor/stream_cut.hpp"

#include <string>

#include "core/base64.hpp"
#include "core/gzip.hpp"
#include "core/versioned.hpp"
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

stream_cut cut_of(const nlohmann::json& record) {
  stream_cut cut{*scoped_stream::parse(record.at("stream").get<std::string>()), {}};
  for (const auto& at : record.at("positions"))
    cut.offsets[segment::parse(at.at("segment").get<std::string>())->id] = at.at("value");
  return cut;
}

bool in_our_order(const nlohmann::json& record) {
  segment_id last{-1, 0};
  for (const auto& at : record.at("positions")) {
    const auto id = segment::parse(at.at("segment").get<std::string>())->id;
    if (id < last) return false;
    last = id;
  }
  return true;
}

std::string packed_text(std::string_view plain) {
  return to_base64(*gzip(as_bytes(plain)));
}

}  // namespace

TEST_CASE("stream cut: golden cuts in all their forms") {
  const auto& records = golden().at("positions").at("stream_cuts");
  REQUIRE(records.size() == 5);
  int same_bytes = 0;
  int same_text = 0;
  for (const auto& record : records) {
    const auto cut = cut_of(record);
    CAPTURE(record.at("string"));
    CHECK(cut.to_string() == record.at("string").get<std::string>());
    const auto from_bytes = stream_cut::from_bytes(from_hex(record.at("bytes")));
    REQUIRE(from_bytes);
    CHECK(*from_bytes == cut);
    const auto from_text = stream_cut::from_text(record.at("text").get<std::string>());
    REQUIRE(from_text);
    CHECK(*from_text == cut);
    const auto bytes = cut.to_bytes();
    CHECK(bytes.size() == from_hex(record.at("bytes")).size());
    const auto plain = gunzip(*from_base64(cut.to_text()), 10000);
    REQUIRE(plain);
    CHECK(plain->size() == record.at("plain_text").get<std::string>().size());
    if (!in_our_order(record)) continue;
    CHECK(*plain == record.at("plain_text").get<std::string>());
    same_bytes += to_hex(bytes) == record.at("bytes").get<std::string>() ? 1 : 0;
    same_text += cut.to_text() == record.at("text").get<std::string>() ? 1 : 0;
  }
  // One cut has Java's hash order; the others are the same to the last byte.
  CHECK(same_bytes == 4);
  CHECK(same_text == 4);
}

TEST_CASE("stream cut: random cuts survive both round trips") {
  test::splitmix random{9};
  for (int i = 0; i < 500; ++i) {
    stream_cut cut{{random.name(), random.name()}, {}};
    for (auto left = random.below(20); left > 0; --left)
      cut.offsets[{static_cast<std::int32_t>(random.magnitude(31)),
                   static_cast<std::int32_t>(random.magnitude(29))}] =
          static_cast<std::int64_t>(random.magnitude(60)) - 1;
    REQUIRE(cut.check());
    REQUIRE(*stream_cut::from_text(cut.to_text()) == cut);
    REQUIRE(*stream_cut::from_bytes(cut.to_bytes()) == cut);
  }
}

TEST_CASE("stream cut: random damage to bytes never reads past the end nor breaks the rules") {
  test::splitmix random{10};
  const stream_cut cut{{"scope", "stream"}, {{{0, 0}, 10}, {{1, 3}, 1LL << 40}, {{7, 9}, -1}}};
  const auto bytes = cut.to_bytes();
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    auto damaged = bytes;
    for (auto left = 1 + random.below(3); left > 0; --left)
      damaged[random.below(damaged.size())] = static_cast<std::byte>(random());
    damaged.resize(damaged.size() - random.below(2) * random.below(damaged.size()));
    const std::vector<std::byte> exact{damaged.begin(), damaged.end()};
    const auto read = stream_cut::from_bytes(exact);
    if (!read) {
      REQUIRE(read.error() == errc::invalid_argument);
      continue;
    }
    ++accepted;
    REQUIRE(read->check());
  }
  CHECK(accepted > 0);
  CHECK(accepted < 20000);
}

TEST_CASE("stream cut: every truncation of the bytes is refused") {
  const auto bytes = stream_cut{{"scope", "stream"}, {{{0, 0}, 10}, {{1, 0}, 20}}}.to_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = stream_cut::from_bytes(byte_view{bytes}.first(size));
    REQUIRE_FALSE(read);
    REQUIRE(read.error() == errc::invalid_argument);
  }
}

TEST_CASE("stream cut: version 0 had offsets without a sign") {
  const auto read = stream_cut::from_bytes(from_hex("00000100000000090003732f7401004040"));
  REQUIRE(read);
  CHECK(*read == stream_cut{{"s", "t"}, {{segment_id{0, 0}, 64}}});
}

TEST_CASE("stream cut: bytes that break a rule are refused with the reason") {
  const auto [hex, reason] = GENERATE(table<std::string, std::string>({
      {"", "the bytes end too early"},
      {"00020100000000080003732f74010000", "the version is not known"},
      {"000100", "there is no revision"},
      {"00010100000000080003732f7401000000", "bytes after the end"},
      {"00010100000000080003737874010000", "the stream's name is not valid"},
      {"000101000000000a0003732f740200000000", "a segment stands there twice"},
      {"00010100000000080003732f747f0000", "fewer bytes than entries need"},
      {"000101000000000b0003732f74fffffffe0000", "more entries than cut_entries_max"},
      {"00010100000000080003732f74010081", "out of range"},
      {"000101000000000f0003732f7401c00000008000000000", "out of range"},
  }));
  CAPTURE(hex);
  const auto read = stream_cut::from_bytes(from_hex(hex));
  REQUIRE_FALSE(read);
  CHECK(read.error() == errc::invalid_argument);
  CHECK_THAT(read.error().detail(), Catch::Contains(reason));
}

TEST_CASE("stream cut: texts that break a rule are refused with the reason") {
  const auto [plain, reason] = GENERATE(table<std::string, std::string>({
      {"", "five fields"},
      {"0:s/t:0:0", "five fields"},
      {"0:s/t:0:0:0:0", "five fields"},
      {"1:s/t:0:0:0", "version"},
      {"0:s:0:0:0", "name"},
      {"0:s/t/u:0:0:0", "name"},
      {"0:s/t:0,1:0:0", "differ in length"},
      {"0:s/t:0:0:", "differ in length"},
      {"0:s/t::0:0", "differ in length"},
      {"0:s/t:0,:0,0:0,0", "not a number"},
      {"0:s/t:x:0:0", "not a number"},
      {"0:s/t:2147483648:0:0", "not a number"},
      {"0:s/t:0: 0:0", "not a number"},
      {"0:s/t:-1:0:0", "out of range"},
      {"0:s/t:0:-1:0", "out of range"},
      {"0:s/t:0:0:-2", "out of range"},
      {"0:s/t:0:0:2305843009213693951", "out of range"},
      {"0:s/t:0:1073741824:0", "out of range"},
      {"0:s/t:5,5:1,1:0,0", "twice"},
  }));
  CAPTURE(plain);
  const auto read = stream_cut::from_text(packed_text(plain));
  REQUIRE_FALSE(read);
  CHECK(read.error() == errc::invalid_argument);
  CHECK_THAT(read.error().detail(), Catch::Contains(reason));
}

TEST_CASE("stream cut: texts that are no packed texts are refused") {
  CHECK_THAT(stream_cut::from_text("UNBOUNDED").error().detail(),
             Catch::Contains("names no stream"));
  CHECK_THAT(stream_cut::from_text("scope/stream:0=0").error().detail(),
             Catch::Contains("base64"));
  CHECK(stream_cut::from_text("").error() == errc::invalid_argument);
  CHECK(stream_cut::from_text("Zm9v").error() == errc::invalid_argument);
}

TEST_CASE("stream cut: a small text that unpacks to very much is refused") {
  const std::string bomb = packed_text(std::string(limits::cut_text_bytes_max + 1, '0'));
  CHECK(bomb.size() < limits::cut_text_bytes_max / 500);
  const auto read = stream_cut::from_text(bomb);
  REQUIRE_FALSE(read);
  CHECK(read.error() == errc::limit_exceeded);
  CHECK(stream_cut::from_text(std::string(limits::cut_text_bytes_max + 4, 'A')).error() ==
        errc::limit_exceeded);
}

TEST_CASE("stream cut: what cannot be written gives nothing, not something else") {
  const auto cut = GENERATE(values<stream_cut>({
      {{"", "t"}, {}},
      {{"s", "t/u"}, {}},
      {{"s", "t"}, {{segment_id{-1, 0}, 0}}},
      {{"s", "t"}, {{segment_id{0, -1}, 0}}},
      {{"s", "t"}, {{segment_id{0, 1 << 30}, 0}}},
      {{"s", "t"}, {{segment_id{0, 0}, -2}}},
      {{"s", "t"}, {{segment_id{0, 0}, compact_signed_long_max + 1}}},
  }));
  CHECK_FALSE(cut.check());
  CHECK(cut.to_bytes().empty());
  CHECK(cut.to_text().empty());
}
