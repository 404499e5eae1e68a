#include "pravega_actor/uuid.hpp"

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;

TEST_CASE("a UUID is written in canonical form") {
  const uuid id{0x0123456789abcdef, 0xfedcba9876543210};
  CHECK(id.to_string() == "01234567-89ab-cdef-fedc-ba9876543210");
  CHECK(id.to_hex() == "0123456789abcdeffedcba9876543210");
  CHECK(uuid{}.to_string() == "00000000-0000-0000-0000-000000000000");
}

TEST_CASE("capital digits parse") {
  const auto parsed = uuid::parse("01234567-89AB-CDEF-FEDC-BA9876543210");
  REQUIRE(parsed);
  CHECK(*parsed == uuid{0x0123456789abcdef, 0xfedcba9876543210});
}

TEST_CASE("random UUIDs survive a round trip") {
  test::splitmix random{1};
  for (int i = 0; i < 1000; ++i) {
    const uuid id{random(), random()};
    const auto parsed = uuid::parse(id.to_string());
    REQUIRE(parsed);
    REQUIRE(*parsed == id);
  }
}

TEST_CASE("what is not a canonical UUID is refused") {
  const auto text =
      GENERATE(as<std::string>{}, "", "01234567-89ab-cdef-fedc-ba987654321",
               "01234567-89ab-cdef-fedc-ba98765432100", "0123456789abcdeffedcba9876543210",
               "01234567089ab-cdef-fedc-ba9876543210", "g1234567-89ab-cdef-fedc-ba9876543210",
               "01234567-89ab-cdef-fedc-ba987654321-", "01234567-89ab-cdef-fedc-ba98765432 0",
               "{1234567-89ab-cdef-fedc-ba987654321}");
  const auto parsed = uuid::parse(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error() == errc::invalid_argument);
  CHECK_FALSE(parsed.error().detail().empty());
}
