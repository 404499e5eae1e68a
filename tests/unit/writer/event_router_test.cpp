#include "writer/event_router.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

std::shared_ptr<append_channel> channel(std::int32_t number) {
  return std::make_shared<append_channel>(
      std::weak_ptr<append_owner>{}, segment{{"scope", "stream"}, {number, 0}},
      append_log{uuid{1, 2}, 1, std::make_shared<buffer_pool>(), append_limits{}});
}

result<event_router> router(const std::vector<key_range>& ranges) {
  std::vector<event_router::route> routes;
  for (const auto& range : ranges)
    routes.push_back({range, channel(static_cast<std::int32_t>(routes.size()))});
  return event_router::make(std::move(routes));
}

std::int32_t at(const event_router& of, double position) {
  return of.at(position).of().id.number;
}

}  // namespace

TEST_CASE("one segment takes everything", "[event_router]") {
  const auto one = router({{0.0, 1.0}});
  REQUIRE(one);
  CHECK(one->single());
  for (const double position : {0.0, 0.5, 0.999999999, 1.0})
    CHECK(at(*one, position) == 0);
}

TEST_CASE("a position belongs to the least upper bound that is not below it",
          "[event_router]") {
  const auto three = router({{0.5, 0.75}, {0.0, 0.5}, {0.75, 1.0}});
  REQUIRE(three);
  CHECK_FALSE(three->single());
  CHECK(at(*three, 0.0) == 1);
  CHECK(at(*three, 0.3) == 1);
  CHECK(at(*three, 0.5) == 1);
  CHECK(at(*three, std::nextafter(0.5, 1.0)) == 0);
  CHECK(at(*three, 0.75) == 0);
  CHECK(at(*three, 0.76) == 2);
  CHECK(at(*three, 1.0) == 2);
  CHECK(three->routes().size() == 3);
  CHECK(three->routes()[0].range.low == 0.0);
}

TEST_CASE("ranges that add up in floating point are accepted", "[event_router]") {
  for (std::size_t segments = 1; segments <= 200; ++segments) {
    std::vector<key_range> ranges;
    double low = 0.0;
    for (std::size_t i = 0; i < segments; ++i) {
      const auto high = low + 1.0 / static_cast<double>(segments);
      ranges.push_back({low, high});
      low = high;
    }
    const auto made = router(ranges);
    REQUIRE(made);
    // Whatever is left at the end belongs to the last one.
    REQUIRE(at(*made, 1.0) == static_cast<std::int32_t>(segments) - 1);
    splitmix random{segments};
    for (int i = 0; i < 50; ++i) {
      const auto position = static_cast<double>(random() >> 11) * 0x1p-53;
      const auto& range = made->routes()[static_cast<std::size_t>(at(*made, position))].range;
      REQUIRE(position >= range.low - 1e-9);
      REQUIRE(position <= range.high + 1e-9);
    }
  }
}

TEST_CASE("gaps, overlaps and nonsense are refused", "[event_router]") {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto bad = std::vector<std::vector<key_range>>{
      {},
      {{0.1, 1.0}},
      {{0.0, 0.9}},
      {{0.0, 1.1}},
      {{0.0, 0.5}},
      {{0.0, 0.4}, {0.5, 1.0}},
      {{0.0, 0.6}, {0.5, 1.0}},
      {{0.0, 1.0}, {0.0, 1.0}},
      {{0.0, 0.5}, {0.5, 0.5}, {0.5, 1.0}},
      {{1.0, 0.0}},
      {{-1.0, -1.0}},
      {{0.0, nan}},
      {{nan, 1.0}},
  };
  for (const auto& each : bad) {
    const auto made = router(each);
    REQUIRE_FALSE(made);
    CHECK(made.error() == errc::protocol_violation);
  }
}
