#include "server/raw_service.hpp"

#include <string>

#include "server/server_limits.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("raw service: only headers that gRPC sends are sent back") {
  CHECK(may_repeat("Basic dXNlcjpwYXNzd29yZA=="));
  CHECK(may_repeat(" ~"));
  for (const auto& bad : {std::string{}, std::string{"Basic\tdTpw"}, std::string{"Bearer \x80"},
                          std::string{"a\0b", 3}, std::string{"a\x7f"}})
    CHECK_FALSE(may_repeat(bad));
  const std::string longest(server_limits::repeated_header_bytes_max, 'a');
  CHECK(may_repeat(longest));
  CHECK_FALSE(may_repeat(longest + "a"));
}
