#include "security/permission.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("permission: the names, and nothing like them") {
  for (const auto each : {permission::none, permission::read, permission::read_update})
    CHECK(permission_of(to_string(each)) == each);
  CHECK_FALSE(permission_of("read"));
  CHECK_FALSE(permission_of(""));
  CHECK(permission::read < permission::read_update);
}
