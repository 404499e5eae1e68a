#include "core/is_loopback.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("this machine is known by its loopback addresses") {
  for (const auto* host : {"localhost", "127.0.0.1", "127.5.6.7", "::1", "::ffff:127.0.0.1"}) {
    CAPTURE(host);
    CHECK(is_loopback({host, 1}));
  }
  for (const auto* host : {"10.0.0.1", "128.0.0.1", "::", "::2", "::ffff:10.0.0.1",
                           "localhost.x", "pravega", "0.0.0.0"}) {
    CAPTURE(host);
    CHECK_FALSE(is_loopback({host, 1}));
  }
}
