#include "pravega_actor/time.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;

TEST_CASE("milliseconds are cut towards zero") {
  CHECK(to_ms(seconds{2}) == 2000);
  CHECK(to_ms(microseconds{1999}) == 1);
  CHECK(to_ms(duration{999'999}) == 0);
  CHECK(to_ms(-microseconds{1999}) == -1);
}

TEST_CASE("the longest duration has milliseconds, too") {
  CHECK(to_ms(duration::max()) == 9'223'372'036'854);
  CHECK(to_ms(duration::min()) == -9'223'372'036'854);
}
