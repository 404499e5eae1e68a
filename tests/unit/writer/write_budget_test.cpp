#include "writer/write_budget.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("an event takes 24 bytes more than its payload", "[write_budget]") {
  CHECK(write_room::of(100, 1) == write_room{124, 1});
  CHECK(write_room::of(0, 3) == write_room{72, 3});
}

TEST_CASE("what is written needs room until it is given back", "[write_budget]") {
  write_budget budget{{1000, 3}};
  write_room none;
  CHECK(budget.fits({1000, 3}));
  budget.take({400, 1}, none);
  CHECK(budget.fits({600, 2}));
  CHECK_FALSE(budget.fits({601, 1}));
  CHECK_FALSE(budget.fits({1, 3}));
  budget.give_back({400, 0});
  CHECK(budget.outstanding() == write_room{0, 1});
  CHECK(budget.fits({1000, 2}));
  CHECK_FALSE(budget.fits({1000, 3}));
}

TEST_CASE("what is larger than a limit has room when nothing else is there", "[write_budget]") {
  write_budget budget{{1000, 3}};
  CHECK(budget.fits({5000, 10}));
  CHECK_FALSE(budget.within_limits({5000, 1}));
  CHECK_FALSE(budget.within_limits({10, 4}));
  CHECK(budget.within_limits({1000, 3}));
  write_room none;
  budget.take({1, 1}, none);
  CHECK_FALSE(budget.fits({5000, 1}));
  CHECK_FALSE(budget.fits({1, 10}));
}

TEST_CASE("reserved room is there for one only", "[write_budget]") {
  write_budget budget{{1000, 10}};
  write_room mine{600, 2};
  budget.reserve(mine);
  CHECK_FALSE(budget.fits({401, 1}));
  CHECK(budget.fits({400, 1}));
  CHECK(budget.fits({600, 2}, mine));
  // What goes beyond the reservation needs free room.
  write_room other{100, 1};
  budget.reserve(other);
  CHECK(budget.fits({900, 2}, mine));
  CHECK_FALSE(budget.fits({901, 2}, mine));
  budget.release(other);

  budget.take({250, 1}, mine);
  CHECK(mine == write_room{350, 1});
  CHECK(budget.reserved() == write_room{350, 1});
  CHECK(budget.outstanding() == write_room{250, 1});
  budget.take({500, 1}, mine);
  CHECK(mine.empty());
  CHECK(budget.reserved().empty());
  CHECK(budget.outstanding() == write_room{750, 2});
}

TEST_CASE("a reservation of more than the limit keeps all others away", "[write_budget]") {
  write_budget budget{{1000, 10}};
  write_room mine{5000, 1};
  budget.reserve(mine);
  CHECK_FALSE(budget.fits({1, 1}));
  CHECK(budget.fits({5000, 1}, mine));
  budget.release(mine);
  CHECK(budget.fits({1000, 1}));
}

TEST_CASE("what a request has waited for is not taken by others", "[write_budget]") {
  write_budget budget{{1000, 10}};
  write_room none;
  budget.take({500, 1}, none);
  CHECK(budget.fits({500, 1}));
  CHECK(budget.fits({500, 1}, {}, {}));
  CHECK_FALSE(budget.fits({1, 1}, {}, {600, 1}));
  CHECK(budget.fits({100, 1}, {}, {400, 1}));
  // A reservation that was made before is kept.
  write_room mine{200, 1};
  budget.reserve(mine);
  CHECK(budget.fits({200, 1}, mine, {600, 1}));
}

TEST_CASE("a quarter of the bytes has to be free before requests are served",
          "[write_budget]") {
  write_budget budget{{1000, 10}};
  write_room none;
  budget.take({750, 1}, none);
  CHECK(budget.roomy());
  budget.take({1, 1}, none);
  CHECK_FALSE(budget.roomy());
}

TEST_CASE("writers share the limit of their client", "[write_budget]") {
  constexpr auto step = limit_share::step_bytes;
  const auto of_client = std::make_shared<shared_limit>(4 * step);
  write_budget one{{100 * step, 100}, of_client};
  write_budget other{{100 * step, 100}, of_client};
  write_room none;
  one.take({3 * step, 1}, none);
  CHECK(one.fits({step, 1}));
  CHECK_FALSE(one.fits({step + 1, 1}));
  // One that holds nothing may write all the same: nobody would tell it when there is room.
  CHECK(other.fits({50 * step, 1}));
  other.take({2 * step, 1}, none);
  CHECK(of_client->held() == 5 * step);
  CHECK_FALSE(one.fits({1, 1}));
  CHECK_FALSE(other.fits({1, 1}));
  one.give_back({3 * step, 1});
  CHECK(other.fits({2 * step, 1}));
  other.clear_bytes();
  CHECK(of_client->held() == 0);
}

TEST_CASE("what is reserved counts in the limit of the client, and is there for its owner",
          "[write_budget]") {
  constexpr auto step = limit_share::step_bytes;
  const auto of_client = std::make_shared<shared_limit>(4 * step);
  write_budget one{{100 * step, 100}, of_client};
  write_budget other{{100 * step, 100}, of_client};
  write_room mine{2 * step, 2};
  write_room none;
  one.reserve(mine);
  other.take({2 * step, 1}, none);
  CHECK(one.fits({2 * step, 2}, mine));
  CHECK_FALSE(one.fits({3 * step, 2}, mine));
  CHECK_FALSE(one.fits({1, 1}));
  one.take({step, 1}, mine);
  CHECK(of_client->held() == 4 * step);
  one.release(mine);
  one.give_back({step, 1});
  CHECK(of_client->held() == 2 * step);
}
