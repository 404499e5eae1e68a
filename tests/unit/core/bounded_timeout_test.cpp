#include "core/bounded_timeout.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("time-outs are brought into a range that can be calculated with", "[time]") {
  CHECK(bounded_timeout(seconds{5}) == seconds{5});
  CHECK(bounded_timeout(duration::max()) == timeout_max);
  CHECK(bounded_timeout(duration::min()) == duration{0});
  CHECK(bounded_timeout(duration{-1}) == duration{0});
  CHECK(clock_type::now() + bounded_timeout(duration::max()) > clock_type::now());
}
