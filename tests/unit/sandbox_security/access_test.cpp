#include "pravega_sandbox/access.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("access options: the defaults are those of a distributed Pravega") {
  const access_options options;
  CHECK(options.tokens.lifetime == std::chrono::seconds{600});
  CHECK(options.groups_write_with_read);
  CHECK_FALSE(options.bearer);
  CHECK(basic_authorization("u", "p") == "Basic dTpw");
}
