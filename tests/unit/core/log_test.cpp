#include "pravega_actor/log.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("level names parse and print the same") {
  for (const auto* name : {"off", "error", "warning", "info", "debug"}) {
    const auto level = parse_log_level(name);
    REQUIRE(level);
    CHECK(to_string(*level) == name);
  }
  for (const auto* name : {"", "Error", "warn", "info ", "trace"})
    CHECK_FALSE(parse_log_level(name));
  CHECK(to_string(static_cast<log_level>(99)) == "off");
}
