#include "reader/key_coverage.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

controller::successor successor(segment_id id, key_range range,
                                std::vector<segment_id> predecessors) {
  return {{id, range}, std::move(predecessors)};
}

// 0 and 1 are of the first epoch; 2 and 3 follow 1.
struct halves {
  key_coverage coverage;
  halves() {
    coverage.want({0, 0});
    coverage.want({2, 1});
    coverage.want({3, 1});
  }
  void learn() {
    REQUIRE(coverage.next_epoch() == 1);
    CHECK_FALSE(coverage.on_epoch(
        1, {{{0, 0}, {0.0, 0.5}}, {{2, 1}, {0.5, 0.75}}, {{3, 1}, {0.75, 1.0}}}));
    CHECK_FALSE(coverage.next_epoch());
  }
};

}  // namespace

TEST_CASE("the latest epoch is asked first, and older ones for what it replaced",
          "[key_coverage]") {
  halves one;
  one.learn();
  key_coverage two;
  two.want({1, 0});
  two.want({2, 1});
  CHECK(two.next_epoch() == 1);
  CHECK_FALSE(two.on_epoch(1, {{{0, 0}, {0.0, 0.5}}, {{2, 1}, {0.5, 1.0}}}));
  CHECK(two.next_epoch() == 0);
  CHECK(two.wanted_of_next_epoch() == segment_id{1, 0});
  CHECK_FALSE(two.on_epoch(0, {{{0, 0}, {0.0, 0.5}}, {{1, 0}, {0.5, 1.0}}}));
  CHECK_FALSE(two.next_epoch());
}

TEST_CASE("a segment that its epoch does not have was never there", "[key_coverage]") {
  halves h;
  CHECK(h.coverage.on_epoch(1, {{{0, 0}, {0.0, 0.5}}, {{2, 1}, {0.5, 1.0}}}) ==
        segment_id{3, 1});
}

TEST_CASE("a head must hold each key once", "[key_coverage]") {
  halves h;
  h.learn();
  CHECK(h.coverage.check_whole({{0, 0}, {2, 1}, {3, 1}}));
  CHECK(h.coverage.check_whole({{0, 0}, {2, 1}}).error() == errc::protocol_violation);
  CHECK(h.coverage.check_whole({{0, 0}, {3, 1}}).error() == errc::protocol_violation);
  CHECK(h.coverage.check_whole({{2, 1}, {3, 1}}).error() == errc::protocol_violation);
  h.coverage.know({{1, 0}, {0.5, 1.0}});
  CHECK(h.coverage.check_whole({{0, 0}, {1, 0}}));
  CHECK_FALSE(h.coverage.check_whole({{0, 0}, {1, 0}, {3, 1}}));
  // What is not known is not judged.
  CHECK(h.coverage.check_whole({{0, 0}, {7, 2}}));
}

TEST_CASE("successors must hold the keys of what they follow", "[key_coverage]") {
  halves h;
  h.learn();
  const auto four = successor({4, 2}, {0.0, 0.25}, {{0, 0}});
  const auto five = successor({5, 2}, {0.25, 0.75}, {{0, 0}, {2, 1}});
  CHECK(h.coverage.check_successors({0, 0}, {four, five}));
  CHECK(h.coverage.check_successors({2, 1}, {five}));
  CHECK_FALSE(h.coverage.check_successors({0, 0}, {four}));
  CHECK_FALSE(h.coverage.check_successors({0, 0}, {five}));
  CHECK_FALSE(h.coverage.check_successors({0, 0}, {four, five, four}));
  CHECK_FALSE(h.coverage.check_successors({3, 1}, {successor({6, 2}, {0.75, 1.0}, {{2, 1}})}));
  // Sealed, or not known.
  CHECK(h.coverage.check_successors({0, 0}, {}));
  CHECK(h.coverage.check_successors({9, 1}, {four}));
  h.coverage.forget({0, 0});
  CHECK(h.coverage.check_successors({0, 0}, {four}));
}

TEST_CASE("fractions that were rounded are no gaps", "[key_coverage]") {
  constexpr int count = 49;
  key_coverage coverage;
  std::set<segment_id> all;
  double low = 0.0;
  for (int i = 0; i < count; ++i) {
    const auto high = low + 1.0 / count;
    coverage.know({{i, 0}, {low, high}});
    all.insert({i, 0});
    low = high;
  }
  CHECK(coverage.check_whole(all));
  CHECK_FALSE(coverage.overlap({0, 0}, {1, 0}));
  CHECK(coverage.overlap({0, 0}, {0, 0}));
  CHECK_FALSE(coverage.overlap({0, 0}, {99, 0}));
}
