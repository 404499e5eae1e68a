#include "pravega_actor/stored_numbers.hpp"

#include "pravega_actor/routing.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;

using parts = std::vector<stored_numbers::part>;

TEST_CASE("stored numbers: of nothing") {
  const stored_numbers none;
  CHECK(none.parts().empty());
  CHECK(none.everywhere() == 0);
  CHECK(none.highest() == 0);
  CHECK(none.of("key") == 0);
  CHECK(none.at(1.0) == 0);
}

TEST_CASE("stored numbers: a merge keeps what its predecessors held apart") {
  stored_numbers held;
  held.raise({0.0, 0.5}, 10);
  held.raise({0.5, 1.0}, 7);
  // The merged segment holds one event more.
  held.raise({0.0, 1.0}, 8);
  CHECK(held.parts() == parts{{{0.0, 0.5}, 10}, {{0.5, 1.0}, 8}});
  CHECK(held.everywhere() == 8);
  CHECK(held.highest() == 10);
  CHECK(held.at(0.2) == 10);
  CHECK(held.at(0.9) == 8);
}

TEST_CASE("stored numbers: a range within others divides them") {
  stored_numbers held;
  held.raise({0.25, 0.75}, 5);
  CHECK(held.parts() == parts{{{0.0, 0.25}, 0}, {{0.25, 0.75}, 5}, {{0.75, 1.0}, 0}});
  CHECK(held.everywhere() == 0);
  held.raise({0.0, 1.0}, 5);
  CHECK(held.parts() == parts{{{0.0, 1.0}, 5}});
}

TEST_CASE("stored numbers: a position on a bound belongs to the lower range, as it is routed") {
  stored_numbers held;
  held.raise({0.0, 0.5}, 1);
  held.raise({0.5, 1.0}, 2);
  CHECK(held.at(0.0) == 1);
  CHECK(held.at(0.5) == 1);
  CHECK(held.at(0.5000001) == 2);
  CHECK(held.of("a") == held.at(routing_position("a")));
}

TEST_CASE("stored numbers: bounds that differ by rounding are one") {
  stored_numbers held;
  held.raise({0.0, 1.0 / 3}, 1);
  held.raise({1.0 / 3 + 1e-12, 0.99999999999999989}, 2);
  CHECK(held.parts().size() == 2);
  CHECK(held.everywhere() == 1);
}
