#include "pravega_actor/routing.hpp"

#include <bit>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/json_data.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;

namespace {

void append_utf8(std::string& to, std::uint32_t point) {
  const auto put = [&to](std::uint32_t byte) { to += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 63));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 63));
    put(0x80 | (point & 63));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 63));
    put(0x80 | (point >> 6 & 63));
    put(0x80 | (point & 63));
  }
}

// UTF-8 of UTF-16; a half pair becomes three bytes.
std::string utf8_of(const std::vector<std::uint32_t>& units) {
  std::string text;
  for (std::size_t at = 0; at < units.size(); ++at) {
    const bool pair = units[at] >= 0xD800 && units[at] < 0xDC00 && at + 1 < units.size() &&
                      units[at + 1] >= 0xDC00 && units[at + 1] < 0xE000;
    if (!pair) {
      append_utf8(text, units[at]);
      continue;
    }
    append_utf8(text, 0x10000 + (units[at] - 0xD800) * 0x400 + (units[at + 1] - 0xDC00));
    ++at;
  }
  return text;
}

// The hash over whole units in memory, written out plainly, to compare with the one that
// streams.
std::uint64_t plain_hash(const std::vector<std::uint32_t>& units) {
  constexpr std::uint64_t c1 = 0x87c37b91114253d5;
  constexpr std::uint64_t c2 = 0x4cf5ad432745937f;
  std::vector<std::uint8_t> bytes;
  for (const auto unit : units) {
    bytes.push_back(static_cast<std::uint8_t>(unit & 0xFF));
    bytes.push_back(static_cast<std::uint8_t>(unit >> 8));
  }
  const std::size_t length = bytes.size();
  bytes.resize((length + 15) / 16 * 16);
  const auto word = [&](std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i)
      value |= std::uint64_t{bytes[at + i]} << (8 * i);
    return value;
  };
  std::uint64_t h1 = 1741865571;
  std::uint64_t h2 = 1741865571;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    const auto k1 = std::rotl(word(at) * c1, 31) * c2;
    const auto k2 = std::rotl(word(at + 8) * c2, 33) * c1;
    if (at + 16 <= length) {
      h1 = (std::rotl(h1 ^ k1, 27) + h2) * 5 + 0x52dce729;
      h2 = (std::rotl(h2 ^ k2, 31) + h1) * 5 + 0x38495ab5;
    } else {
      h1 ^= k1;
      h2 ^= k2;
    }
  }
  h1 ^= length;
  h2 ^= length;
  h1 += h2;
  h2 += h1;
  const auto finish = [](std::uint64_t k) {
    k = (k ^ k >> 33) * 0xff51afd7ed558ccd;
    k = (k ^ k >> 33) * 0xc4ceb9fe1a85ec53;
    return k ^ k >> 33;
  };
  return finish(h1) + finish(h2);
}

}  // namespace

TEST_CASE("golden keys hash and lie where Java puts them") {
  const auto& routing = test::golden().at("routing");
  CHECK(routing.at("seed") == 1741865571);
  const auto& keys = routing.at("keys");
  REQUIRE(keys.size() == 36);
  for (const auto& record : keys) {
    CAPTURE(record.at("key"));
    const auto& units = record.at("utf16");
    const std::string key = units.is_null() ? record.at("key").get<std::string>()
                                            : utf8_of(units.get<std::vector<std::uint32_t>>());
    CHECK(static_cast<std::int64_t>(routing_hash(key)) ==
          record.at("hash64").get<std::int64_t>());
    const double position = routing_position(key);
    CHECK(std::bit_cast<std::uint64_t>(position) ==
          std::stoull(record.at("range_bits").get<std::string>(), nullptr, 16));
    CHECK(position == record.at("range").get<double>());
    const auto quarter = std::to_string(static_cast<int>(position * 4));
    CHECK(record.at("segment_of_4") == "scope/stream/" + quarter + ".#epoch.0");
  }
}

TEST_CASE("positions known from elsewhere") {
  CHECK(routing_position("key") == 0.8449093464660018);
  CHECK(routing_position("0123456789abcdef") == 0.1651193933618651);
  CHECK(routing_position("h\xC3\xA9llo") == 0.27117037262037313);
  CHECK(routing_position("\xE4\xB8\xAD\xE6\x96\x87") == 0.2762290581595579);
}

TEST_CASE("random keys of all kinds agree with the plain hash") {
  test::splitmix random{4};
  for (int i = 0; i < 5000; ++i) {
    std::vector<std::uint32_t> units;
    const auto length = random.below(40);
    while (units.size() < length) {
      const auto kind = random.below(8);
      if (kind < 5) {
        units.push_back(static_cast<std::uint32_t>(random.below(0x80)));
      } else if (kind < 7) {
        units.push_back(static_cast<std::uint32_t>(random.below(0xD800)));
      } else {
        units.push_back(static_cast<std::uint32_t>(0xD800 + random.below(0x400)));
        units.push_back(static_cast<std::uint32_t>(0xDC00 + random.below(0x400)));
      }
    }
    REQUIRE(routing_hash(utf8_of(units)) == plain_hash(units));
  }
}

TEST_CASE("bytes that are not UTF-8 count as U+FFFD each") {
  const auto [text, units] = GENERATE(table<std::string, std::vector<std::uint32_t>>({
      {"\x80", {0xFFFD}},
      {"a\xFFz", {'a', 0xFFFD, 'z'}},
      {"\xC3", {0xFFFD}},
      {"\xC3"
       "a",
       {0xFFFD, 'a'}},
      {"\xC0\x80", {0xFFFD, 0xFFFD}},
      {"\xC1\xBF", {0xFFFD, 0xFFFD}},
      {"\xE0\x9F\xBF", {0xFFFD, 0xFFFD, 0xFFFD}},
      {"\xE4\xB8", {0xFFFD, 0xFFFD}},
      {"\xF0\x8F\xBF\xBF", {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD}},
      {"\xF4\x90\x80\x80", {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD}},
      {"\xF0\x9F\x98", {0xFFFD, 0xFFFD, 0xFFFD}},
      {"\xF5\x80\x80\x80", {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD}},
      {"\xF0\x9F\x98\x80", {0xD83D, 0xDE00}},
      {"\xF4\x8F\xBF\xBF", {0xDBFF, 0xDFFF}},
      {"\xED\xA0\xBD", {0xD83D}},
  }));
  CHECK(routing_hash(text) == plain_hash(units));
}

TEST_CASE("positions are at least 0 and below 1") {
  CHECK(position_of(0) == 0.0);
  CHECK(position_of(0xFFF) == 0.0);
  CHECK(position_of(1ULL << 63) == 0.5);
  CHECK(position_of(~0ULL) < 1.0);
  CHECK(position_of(~0ULL) > 0.999999999);
  test::splitmix random{5};
  double sum = 0;
  for (int i = 0; i < 10000; ++i)
    sum += routing_position("key-" + std::to_string(random()));
  CHECK(sum / 10000 == Approx(0.5).margin(0.02));
}
