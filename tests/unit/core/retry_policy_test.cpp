#include "pravega_actor/retry_policy.hpp"

#include <cstdint>
#include <limits>

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;

namespace {

constexpr std::uint64_t least = 0;
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

}  // namespace

TEST_CASE("the delay doubles up to its limit") {
  retry_policy policy;
  policy.jitter = 0.0;
  CHECK(policy.delay(1, most) == milliseconds{10});
  CHECK(policy.delay(2, most) == milliseconds{20});
  CHECK(policy.delay(7, most) == milliseconds{640});
  CHECK(policy.delay(8, most) == seconds{1});
  CHECK(policy.delay(1000, most) == seconds{1});
  CHECK(policy.delay(std::numeric_limits<std::uint32_t>::max(), most) == seconds{1});
  CHECK(policy.delay(0, most) == milliseconds{10});
}

TEST_CASE("jitter takes away at most its part") {
  const retry_policy policy;
  CHECK(policy.delay(1, least) == milliseconds{10});
  const auto shortest = policy.delay(1, most);
  CHECK(shortest >= microseconds{7500});
  CHECK(shortest < microseconds{7501});
  test::splitmix random{2};
  bool below_middle = false;
  bool above_middle = false;
  for (int i = 0; i < 1000; ++i) {
    const auto attempt = static_cast<std::uint32_t>(1 + random.below(40));
    const auto full = policy.delay(attempt, least);
    const auto delay = policy.delay(attempt, random());
    REQUIRE(delay <= full);
    REQUIRE(delay >= full - full / 4 - duration{1});
    (delay < full - full / 8 ? below_middle : above_middle) = true;
  }
  CHECK(below_middle);
  CHECK(above_middle);
}

TEST_CASE("full jitter reaches almost zero and never less") {
  const retry_policy policy{milliseconds{10}, 2.0, seconds{1}, 1.0};
  CHECK(policy.delay(5, most) >= duration::zero());
  CHECK(policy.delay(5, most) < microseconds{1});
}

TEST_CASE("strange policies stay within their limit") {
  CHECK(retry_policy{milliseconds{50}, 2.0, milliseconds{20}, 0.0}.delay(1, 0) ==
        milliseconds{20});
  CHECK(retry_policy{milliseconds{10}, 0.5, seconds{1}, 0.0}.delay(9, 0) == milliseconds{10});
  CHECK(retry_policy{milliseconds{10}, 2.0, seconds{1}, -3.0}.delay(1, most) ==
        milliseconds{10});
  CHECK(retry_policy{milliseconds{10}, 2.0, seconds{1}, 7.0}.delay(1, most) >=
        duration::zero());
  CHECK(retry_policy{duration{-5}, 2.0, seconds{1}, 0.0}.delay(3, 0) == duration::zero());
  CHECK(retry_policy{duration{0}, 2.0, seconds{1}, 0.0}.delay(5000, 0) == duration::zero());
  CHECK(retry_policy{seconds{1}, 2.0, duration{-1}, 0.0}.delay(1, 0) == duration::zero());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(retry_policy{milliseconds{10}, nan, seconds{1}, nan}.delay(4, most) ==
        milliseconds{10});
  const retry_policy endless{milliseconds{1}, 10.0, duration::max(), 0.0};
  CHECK(endless.delay(400, 0) == duration::max());
}
