#include "core/numbers.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a number is the whole text or nothing") {
  CHECK(parse_number<std::int32_t>("0") == 0);
  CHECK(parse_number<std::int32_t>("-2147483648") == -2147483647 - 1);
  CHECK(parse_number<std::int32_t>("2147483647") == 2147483647);
  for (const auto* text : {"", " 1", "1 ", "+1", "1x", "0x10", "2147483648", "-", "1.0"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number<std::int32_t>(text));
  }
  CHECK_FALSE(parse_number<std::uint16_t>("-1"));
  CHECK_FALSE(parse_number<std::uint16_t>("65536"));
  CHECK(parse_number<double>("0.25") == 0.25);
  CHECK_FALSE(parse_number<double>("0.25s"));
}

TEST_CASE("hex digits") {
  CHECK(hex_digit('0') == 0);
  CHECK(hex_digit('9') == 9);
  CHECK(hex_digit('a') == 10);
  CHECK(hex_digit('F') == 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xFF'})
    CHECK(hex_digit(c) == -1);
  std::string text{"x"};
  append_hex(text, 0x0123456789abcdef);
  CHECK(text == "x0123456789abcdef");
}
