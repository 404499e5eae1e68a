#include "store/holding_order.hpp"

#include "support/catch.hpp"

using pravega_sandbox::holding_order;

TEST_CASE("holding order: the segment that holds the most comes first, whatever changes") {
  holding_order order;
  CHECK(order.fullest().empty());
  order.change("a", 0, 5);
  order.change("b", 0, 7);
  CHECK(order.fullest() == "b");
  CHECK(order.bytes() == 12);
  order.change("a", 5, 8);
  CHECK(order.fullest() == "a");
  order.change("a", 8, 0);
  CHECK(order.fullest() == "b");
  order.change("b", 7, 7);
  order.change("c", 0, 7);
  CHECK(order.fullest() == "c");
  order.change("c", 7, 0);
  order.change("b", 7, 0);
  CHECK(order.bytes() == 0);
  CHECK(order.fullest().empty());
}
