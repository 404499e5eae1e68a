#include "core/authorization.hpp"

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using Catch::Contains;

TEST_CASE("authorization: Basic is the base64 of user and password") {
  CHECK(basic_authorization("Aladdin", "open sesame").reveal() ==
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  CHECK(basic_authorization("a", "b:c").reveal() == "Basic YTpiOmM=");
  CHECK(authorization_of("Bearer", "x.y").reveal() == "Bearer x.y");
}

TEST_CASE("authorization: what controllers understand is accepted") {
  const auto header =
      GENERATE(as<std::string>{}, "Basic YTpi", "Basic YTpiOmM=", "Basic YTpiOmM",
               "Bearer abc.def-_", "Own token", "basic whatever");
  CAPTURE(header);
  CHECK(check_authorization(header));
}

TEST_CASE("authorization: what no controller understands is refused, and not repeated") {
  const auto header = GENERATE(
      as<std::string>{}, "", "s3cr3t", "Basic ", " s3cr3t", "Basic s3cr3t!", "Basic czNjcjN0",
      "Bearer s3cr3t\n", "Bearer s3c r3t", "Bearer s3cr3t\x80", "B\tr s3cr3t", "Basic  s3cr3t");
  CAPTURE(header);
  const auto checked = check_authorization(header);
  REQUIRE_FALSE(checked);
  CHECK(checked.error() == errc::unauthenticated);
  CHECK_FALSE(checked.error().retriable());
  CHECK_THAT(checked.error().to_string(), !Contains("s3cr3t") && !Contains("czNjcjN0"));
}

TEST_CASE("authorization: its length has a limit") {
  const std::string method = "Bearer ";
  const auto most = limits::authorization_bytes_max - method.size();
  CHECK(check_authorization(method + std::string(most, 'a')));
  const auto checked = check_authorization(method + std::string(most + 1, 'a'));
  REQUIRE_FALSE(checked);
  CHECK_THAT(checked.error().detail(), Contains("authorization_bytes_max"));
}

TEST_CASE("authorization: methods are compared as controllers do") {
  CHECK(is_basic("Basic x"));
  CHECK_FALSE(is_basic("basic x"));
  CHECK_FALSE(is_basic("Basically x"));
  CHECK_FALSE(is_basic(""));
}
