#include "store/segment_placement.hpp"

#include <set>
#include <string>

#include "store/store_limits.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;

namespace {

std::string segment(int number, int epoch = 0) {
  return "s/t/" + std::to_string(number) + ".#epoch." + std::to_string(epoch);
}

// Some segment that the store serves.
std::string segment_of(const segment_placement& placement, std::size_t store) {
  int number = 0;
  while (placement.owner_of(segment(number)) != store)
    ++number;
  return segment(number);
}

}  // namespace

TEST_CASE("segment placement: one store serves everything") {
  const segment_placement placement;
  CHECK(placement.stores() == 1);
  CHECK(placement.containers() == store_limits::containers_per_store);
  for (int i = 0; i < 50; ++i)
    CHECK(placement.owner_of(segment(i)) == 0);
  CHECK(segment_placement{0}.stores() == 1);
}

TEST_CASE("segment placement: segments are spread over all stores, always in the same way") {
  const segment_placement first{3};
  const segment_placement second{3};
  std::set<std::size_t> used;
  for (int i = 0; i < 100; ++i) {
    const auto owner = first.owner_of(segment(i));
    used.insert(owner);
    CHECK(owner == second.owner_of(segment(i)));
    CHECK(owner == first.container_of(segment(i)) % 3);
  }
  CHECK(used == std::set<std::size_t>{0, 1, 2});
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(first.containers_of(i) == store_limits::containers_per_store);
}

TEST_CASE("segment placement: what belongs to a segment is where the segment is") {
  segment_placement placement{4};
  const auto name = segment(7, 2);
  for (const auto* part : {"#transient.00ff.01", "#transaction.0102"}) {
    CHECK(placement.container_of(name + part) == placement.container_of(name));
  }
  CHECK(placement.container_of("s/t/7") == placement.container_of(name));
  const auto other = (placement.owner_of(name) + 1) % 4;
  REQUIRE(placement.move_segment(name, other));
  CHECK(placement.owner_of(name + "#transient.00ff.01") == other);
}

TEST_CASE("segment placement: a container moves with all its segments, a segment alone") {
  segment_placement placement{2};
  const auto name = segment_of(placement, 0);
  const auto container = placement.container_of(name);
  REQUIRE(placement.move_container(container, 1));
  CHECK(placement.owner_of(name) == 1);
  CHECK(placement.containers_of(1) == store_limits::containers_per_store + 1);
  REQUIRE(placement.move_segment(name, 0));
  CHECK(placement.owner_of(name) == 0);
  CHECK(placement.containers_of(1) == store_limits::containers_per_store + 1);
  REQUIRE(placement.move_segment(name, 1));
  CHECK(placement.owner_of(name) == 1);
}

TEST_CASE("segment placement: nothing moves to where nobody is") {
  segment_placement placement{2};
  const auto name = segment_of(placement, 0);
  CHECK_FALSE(placement.move_segment(name, 2));
  CHECK_FALSE(placement.move_container(placement.containers(), 1));
  REQUIRE(placement.kill(1));
  CHECK_FALSE(placement.move_segment(name, 1));
  CHECK_FALSE(placement.move_container(0, 1));
  CHECK_FALSE(placement.kill(1));
  CHECK_FALSE(placement.kill(2));
  CHECK_FALSE(placement.start(0));
  CHECK_FALSE(placement.start(2));
  CHECK(placement.owner_of(name) == 0);
}

TEST_CASE("segment placement: the segments of a dead store wait for the failover") {
  segment_placement placement{3};
  const auto name = segment_of(placement, 1);
  const auto moved = segment_of(placement, 0);
  REQUIRE(placement.move_segment(moved, 1));
  REQUIRE(placement.kill(1));
  CHECK_FALSE(placement.alive(1));
  CHECK(placement.living() == 2);
  CHECK(placement.owner_of(name) == 1);
  placement.fail_over(0);  // lives: nothing happens
  CHECK(placement.owner_of(name) == 1);
  placement.fail_over(1);
  CHECK(placement.containers_of(1) == 0);
  CHECK(placement.containers_of(0) == 6);
  CHECK(placement.containers_of(2) == 6);
  CHECK(placement.owner_of(name) != 1);
  CHECK(placement.owner_of(moved) == 0);
}

TEST_CASE("segment placement: a store that lives again takes its share") {
  segment_placement placement{2};
  REQUIRE(placement.kill(0));
  placement.fail_over(0);
  CHECK(placement.containers_of(1) == 8);
  REQUIRE(placement.start(0));
  CHECK(placement.containers_of(0) == 4);
  CHECK(placement.containers_of(1) == 4);
}

TEST_CASE("segment placement: a store that is back before the failover keeps what it has") {
  segment_placement placement{2};
  const auto name = segment_of(placement, 0);
  REQUIRE(placement.kill(0));
  REQUIRE(placement.start(0));
  placement.fail_over(0);
  CHECK(placement.owner_of(name) == 0);
  CHECK(placement.containers_of(0) == 4);
}

TEST_CASE("segment placement: when all are dead, the first that is back takes everything") {
  segment_placement placement{2};
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(placement.kill(i));
    placement.fail_over(i);
  }
  CHECK(placement.living() == 0);
  CHECK(placement.containers_of(1) == 8);  // it died last
  REQUIRE(placement.start(0));
  CHECK(placement.containers_of(0) == 8);
}

TEST_CASE("segment placement: segments that are moved alone are limited") {
  segment_placement placement{2};
  for (std::size_t i = 0; i < store_limits::moved_segments_max; ++i)
    REQUIRE(placement.move_segment("s/t/" + std::to_string(i), 1));
  CHECK_FALSE(placement.move_segment("s/t/x", 1));
  CHECK(placement.move_segment("s/t/0", 0));
}
