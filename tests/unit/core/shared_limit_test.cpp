#include "core/shared_limit.hpp"

#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace pravega_actor::internal;

namespace {
constexpr auto step = limit_share::step_bytes;
}

TEST_CASE("holders share a limit", "[shared_limit]") {
  const auto limit = std::make_shared<shared_limit>(10 * step);
  limit_share one{limit};
  limit_share other{limit};
  CHECK(one.fits(10 * step));
  CHECK_FALSE(one.fits(10 * step + 1));
  one.hold(6 * step);
  CHECK(limit->held() == 6 * step);
  CHECK(one.fits(10 * step));
  CHECK(other.fits(4 * step));
  CHECK_FALSE(other.fits(4 * step + 1));
  one.hold(0);
  CHECK(limit->held() == 0);
  CHECK(other.fits(10 * step));
}

TEST_CASE("what a holder has counts in whole steps, and small changes do not count",
          "[shared_limit]") {
  const auto limit = std::make_shared<shared_limit>(10 * step);
  limit_share one{limit};
  one.hold(1);
  CHECK(limit->held() == step);
  one.hold(step);
  CHECK(limit->held() == step);
  one.hold(step + 1);
  CHECK(limit->held() == 2 * step);
  one.hold(1);
  CHECK(limit->held() == 2 * step);
  one.hold(5 * step);
  one.hold(3 * step + 1);
  CHECK(limit->held() == 5 * step);
  one.hold(3 * step);
  CHECK(limit->held() == 3 * step);
  one.hold(0);
  CHECK(limit->held() == 0);
}

TEST_CASE("a holder may exceed the limit, and then nothing more fits", "[shared_limit]") {
  const auto limit = std::make_shared<shared_limit>(2 * step);
  limit_share one{limit};
  const limit_share other{limit};
  one.hold(5 * step);
  CHECK(limit->held() == 5 * step);
  CHECK(one.fits(4 * step));
  CHECK_FALSE(one.fits(5 * step + 1));
  CHECK_FALSE(other.fits(1));
  CHECK(other.fits(0));
}

TEST_CASE("the end of a holder gives back what it had", "[shared_limit]") {
  const auto limit = std::make_shared<shared_limit>(10 * step);
  {
    limit_share one{limit};
    one.hold(7 * step);
  }
  CHECK(limit->held() == 0);
}

TEST_CASE("without a limit everything fits", "[shared_limit]") {
  limit_share alone;
  alone.hold(1u << 30);
  CHECK(alone.fits(static_cast<std::size_t>(-1)));
}

TEST_CASE("holders of many threads give everything back", "[shared_limit][threads]") {
  const auto limit = std::make_shared<shared_limit>(100 * step);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i)
    threads.emplace_back([&limit, i] {
      limit_share mine{limit};
      for (std::size_t round = 0; round < 20'000; ++round)
        mine.hold(round * (i + 1) * 1009 % (8 * step));
    });
  for (auto& each : threads)
    each.join();
  CHECK(limit->held() == 0);
}
