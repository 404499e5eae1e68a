#include "wire/modified_utf8.hpp"

#include "support/catch.hpp"
#include "support/json_data.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace std::string_literals;

namespace {

std::string encoded_hex(const std::string& text) {
  const auto size = wire::modified_utf8_size(text);
  REQUIRE(size);
  std::vector<std::byte> out;
  wire::append_modified_utf8(out, text);
  CHECK(out.size() == *size);
  return to_hex(out);
}

std::optional<std::string> decoded(const std::string& hex) {
  return wire::from_modified_utf8(from_hex(hex));
}

}  // namespace

TEST_CASE("texts both ways") {
  const std::vector<std::pair<std::string, std::string>> pairs{
      {"", ""},
      {"scope/stream", "73636f70652f73747265616d"},
      {"\0a\0"s, "c08061c080"},
      {"\x7f", "7f"},
      {"\u0080\u07ff\u0800\uffff", "c280dfbfe0a080efbfbf"},
      {"\U0001F600", "eda0bdedb880"},
      {"\U00010000\U0010FFFF", "eda080edb080edafbfedbfbf"},
      {"x\U0001F600y", "78eda0bdedb88079"},
  };
  for (const auto& [text, hex] : pairs) {
    CHECK(encoded_hex(text) == hex);
    CHECK(decoded(hex) == text);
  }
}

TEST_CASE("surrogates without partner come back as they were") {
  for (const std::string hex : {"eda080", "edbfbf", "edb080eda080", "eda080eda080", "eda08061",
                                "eda080c080", "eda080eda0bdedb880"}) {
    const auto text = decoded(hex);
    REQUIRE(text);
    CHECK(encoded_hex(*text) == hex);
  }
  CHECK(decoded("eda080") == "\xED\xA0\x80");
}

TEST_CASE("forms that Java reads although it does not write them") {
  CHECK(decoded("00") == "\0"s);
  CHECK(decoded("c181") == "A");
  CHECK(decoded("e08081") == "\x01");
}

TEST_CASE("bytes that are not modified UTF-8") {
  for (const auto* hex :
       {"80", "bf", "c2", "c241", "e0a0", "e0a041", "e0", "f09f9880", "ff", "61ff", "c3c3"}) {
    INFO(hex);
    CHECK(!decoded(hex));
  }
}

TEST_CASE("texts that are not UTF-8") {
  for (const auto& text :
       {"\x80"s, "\xC2"s, "\xC0\x80"s, "\xC1\x81"s, "\xE0\x80\x81"s, "\xF0\x80\x80\x80"s,
        "\xF4\x90\x80\x80"s, "\xF8\x88\x80\x80\x80"s, "\xFF"s, "a\xF0\x9F\x98"s}) {
    CHECK(!wire::modified_utf8_size(text));
  }
}

TEST_CASE("random bytes that read as a text are written back in one form") {
  splitmix random{7};
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::vector<std::byte> raw(1 + random.below(6));
    static constexpr unsigned char interesting[] = {0x41, 0x80, 0xBF, 0xC0, 0xC3, 0xDF, 0xE0,
                                                    0xED, 0xEF, 0xA0, 0xB0, 0x00, 0xF0, 0xAF};
    for (auto& each : raw) {
      each = static_cast<std::byte>(interesting[random.below(sizeof interesting)]);
    }
    const auto text = wire::from_modified_utf8(raw);
    if (!text) continue;
    ++accepted;
    std::vector<std::byte> written;
    REQUIRE(wire::modified_utf8_size(*text));
    wire::append_modified_utf8(written, *text);
    REQUIRE(wire::from_modified_utf8(written) == text);
  }
  CHECK(accepted > 1000);
}
