#include "store/token_orders.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("token orders: the n-th request, once") {
  token_orders orders;
  CHECK_FALSE(orders.next());
  orders.expire_at(2);
  orders.refuse_at(3);
  CHECK_FALSE(orders.next());
  CHECK(orders.next() == token_state::expired);
  CHECK(orders.next() == token_state::refused);
  CHECK_FALSE(orders.next());
}

TEST_CASE("token orders: 0 cancels") {
  token_orders orders;
  orders.expire_at(1);
  orders.expire_at(0);
  CHECK_FALSE(orders.next());
}
