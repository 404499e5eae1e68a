#include "writer/sender_gate.hpp"

#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

constexpr sender_gate::sender_id anna = 7;
constexpr sender_gate::sender_id ben = 8;
const write_room some{100, 2};
const write_room none{};

time_point at(int s) {
  return time_point{} + seconds{s};
}

}  // namespace

TEST_CASE("a sender that was never refused is not remembered", "[sender_gate]") {
  sender_gate gate;
  CHECK(gate.open_for(anna));
  CHECK(gate.reservation(anna) == nullptr);
  gate.wrote(anna, at(0));
  CHECK(gate.remembered() == 0);
  CHECK_FALSE(gate.holds_room());
}

TEST_CASE("after a refusal a sender is refused until it uses its credit", "[sender_gate]") {
  sender_gate gate;
  CHECK(gate.refuse(anna) == none);
  CHECK_FALSE(gate.open_for(anna));
  CHECK(gate.open_for(ben));
  CHECK(gate.remembers(anna));

  const auto asked = gate.ask(anna, 1);
  CHECK(asked.serve);
  CHECK(asked.outcome);
  CHECK(asked.withdrawn == 0);
  CHECK_FALSE(gate.open_for(anna));

  const auto credit = gate.grant(anna, 1, some, at(0));
  CHECK(credit != 0);
  CHECK_FALSE(gate.open_for(anna));
  CHECK(gate.reservation(anna) == nullptr);

  gate.use(anna, credit, at(0));
  CHECK(gate.open_for(anna));
  REQUIRE(gate.reservation(anna) != nullptr);
  CHECK(*gate.reservation(anna) == some);

  *gate.reservation(anna) = {};
  gate.wrote(anna, at(0));
  CHECK(gate.open_for(anna));
  CHECK_FALSE(gate.remembers(anna));
}

TEST_CASE("only the newest credit that came after the refusal counts", "[sender_gate]") {
  sender_gate gate;
  (void)gate.refuse(anna);
  (void)gate.ask(anna, 1);
  const auto first = gate.grant(anna, 1, some, at(0));
  SECTION("not a number that was never given") {
    gate.use(anna, first + 1, at(0));
    gate.use(anna, 0, at(0));
    CHECK_FALSE(gate.open_for(anna));
  }
  SECTION("not that of another sender") {
    (void)gate.refuse(ben);
    gate.use(ben, first, at(0));
    CHECK_FALSE(gate.open_for(ben));
  }
  SECTION("not one from before the last refusal") {
    gate.use(anna, first, at(0));
    CHECK(gate.refuse(anna) == some);
    gate.use(anna, first, at(0));
    CHECK_FALSE(gate.open_for(anna));
    (void)gate.ask(anna, 2);
    const auto second = gate.grant(anna, 2, some, at(0));
    gate.use(anna, first, at(0));
    CHECK_FALSE(gate.open_for(anna));
    gate.use(anna, second, at(0));
    CHECK(gate.open_for(anna));
  }
  SECTION("not one that a new request has replaced") {
    const auto asked = gate.ask(anna, 2);
    CHECK(asked.released == some);
    gate.use(anna, first, at(0));
    CHECK_FALSE(gate.open_for(anna));
  }
}

TEST_CASE("an open sender may ask: what it is refused meanwhile voids its credit",
          "[sender_gate]") {
  sender_gate gate;
  (void)gate.ask(anna, 1);
  CHECK(gate.open_for(anna));
  SECTION("it writes out of the reservation without using a number") {
    CHECK(gate.grant(anna, 1, some, at(0)) != 0);
    REQUIRE(gate.reservation(anna) != nullptr);
    CHECK(gate.open_for(anna));
  }
  SECTION("refused before the grant: the grant comes after the refusal and counts") {
    CHECK(gate.refuse(anna) == none);
    const auto credit = gate.grant(anna, 1, some, at(0));
    CHECK_FALSE(gate.open_for(anna));
    gate.use(anna, credit, at(0));
    CHECK(gate.open_for(anna));
  }
  SECTION("refused after the grant: the sender did not know of it when it was answered") {
    const auto credit = gate.grant(anna, 1, some, at(0));
    CHECK(gate.refuse(anna) == some);
    gate.use(anna, credit, at(0));
    CHECK_FALSE(gate.open_for(anna));
  }
}

TEST_CASE("a new request withdraws the earlier one", "[sender_gate]") {
  sender_gate gate;
  (void)gate.refuse(anna);
  (void)gate.ask(anna, 1);
  CHECK(gate.ask(anna, 2).withdrawn == 1);
  CHECK(gate.grant(anna, 1, some, at(0)) == 0);
  CHECK(gate.grant(anna, 2, some, at(0)) != 0);
  CHECK(gate.grant(anna, 2, some, at(0)) == 0);
}

TEST_CASE("a request that ends without room leaves a refused sender refused", "[sender_gate]") {
  sender_gate gate;
  (void)gate.ask(anna, 1);
  gate.drop(anna, 1);
  CHECK_FALSE(gate.remembers(anna));
  (void)gate.refuse(ben);
  (void)gate.ask(ben, 2);
  gate.drop(ben, 1);
  gate.drop(ben, 2);
  CHECK_FALSE(gate.open_for(ben));
  CHECK(gate.grant(ben, 2, some, at(0)) == 0);
}

TEST_CASE("a sender that dies gives back what it had", "[sender_gate]") {
  sender_gate gate;
  (void)gate.refuse(anna);
  (void)gate.ask(anna, 1);
  CHECK(gate.gone(anna).withdrawn == 1);
  CHECK(gate.grant(anna, 1, some, at(0)) == 0);
  (void)gate.ask(ben, 2);
  (void)gate.grant(ben, 2, some, at(0));
  CHECK(gate.gone(ben).released == some);
  CHECK(gate.gone(ben).released == none);
  CHECK(gate.remembered() == 0);
}

TEST_CASE("room that is not used ends, and its credit with it", "[sender_gate]") {
  sender_gate gate;
  (void)gate.refuse(anna);
  (void)gate.ask(anna, 1);
  const auto credit = gate.grant(anna, 1, some, at(0));
  (void)gate.ask(ben, 2);
  (void)gate.grant(ben, 2, some, at(0));
  CHECK(gate.holds_room());
  CHECK(gate.expire(at(29), seconds{30}) == none);
  *gate.reservation(ben) = {50, 1};
  gate.wrote(ben, at(29));
  CHECK(gate.expire(at(30), seconds{30}) == some);
  gate.use(anna, credit, at(31));
  CHECK_FALSE(gate.open_for(anna));
  CHECK(gate.expire(at(59), seconds{30}) == write_room{50, 1});
  CHECK_FALSE(gate.holds_room());
  CHECK(gate.open_for(ben));
  CHECK_FALSE(gate.remembers(ben));
  CHECK(gate.remembers(anna));
}

TEST_CASE("a request of an anonymous sender only lifts the refusal", "[sender_gate]") {
  sender_gate gate;
  (void)gate.refuse(sender_gate::anonymous);
  CHECK_FALSE(gate.open_for(sender_gate::anonymous));
  CHECK_FALSE(gate.ask(sender_gate::anonymous, 1).serve);
  CHECK(gate.open_for(sender_gate::anonymous));
  CHECK(gate.remembered() == 0);
}

TEST_CASE("with too many refused senders every other one has to use a credit first",
          "[sender_gate]") {
  sender_gate gate{2};
  (void)gate.refuse(1);
  (void)gate.refuse(2);
  CHECK(gate.open_for(anna));
  CHECK_FALSE(gate.strict());
  // There is no place to remember that ben was refused.
  CHECK(gate.refuse(ben) == none);
  CHECK(gate.strict());
  CHECK_FALSE(gate.open_for(ben));
  CHECK_FALSE(gate.open_for(anna));
  CHECK(gate.ask(ben, 1).outcome.error() == errc::limit_exceeded);
  CHECK(gate.remembered() == 2);

  (void)gate.gone(1);
  CHECK_FALSE(gate.open_for(ben));
  CHECK(gate.ask(ben, 2).serve);
  CHECK_FALSE(gate.open_for(ben));
  gate.use(ben, gate.grant(ben, 2, some, at(0)), at(0));
  CHECK(gate.open_for(ben));
  // It stays open when nothing is reserved for it any more.
  *gate.reservation(ben) = {};
  gate.wrote(ben, at(0));
  CHECK(gate.open_for(ben));
  CHECK_FALSE(gate.open_for(anna));
  CHECK(gate.remembered() == 2);
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a sender that cannot be remembered for lack of memory stays refused",
          "[sender_gate]") {
  sender_gate gate;
  CHECK_FALSE(test::fails_from(1, [&] { (void)gate.refuse(anna); }));
  CHECK_FALSE(gate.open_for(anna));
  CHECK(gate.strict());
  gate.use(anna, (void(gate.ask(anna, 1)), gate.grant(anna, 1, some, at(0))), at(0));
  CHECK(gate.open_for(anna));
}
#endif
