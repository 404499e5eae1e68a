#include "pravega_actor/result.hpp"

#include <memory>
#include <string>

#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

result<int> half(int number) {
  if (number % 2 != 0) return error{errc::invalid_argument, "odd"};
  return number / 2;
}

result<int> quarter(int number) {
  PRAVEGA_ACTOR_LET(const auto once, half(number));
  PRAVEGA_ACTOR_LET(const auto twice, half(once));
  return twice;
}

result<void> even(int number) {
  PRAVEGA_ACTOR_TRY(half(number));
  return {};
}

}  // namespace

TEST_CASE("a result keeps its value or its error through copies, moves and assignments") {
  result<std::string> value{std::string(100, 'v')};
  result<std::string> failure{error{errc::closed, "gone"}};
  const auto copy = value;
  CHECK(*copy == *value);
  value = failure;
  REQUIRE_FALSE(value);
  CHECK(value.error().detail() == "gone");
  value = copy;
  REQUIRE(value);
  CHECK(value->size() == 100);
  failure = std::move(value);
  CHECK(failure->size() == 100);
  auto& self = failure;
  failure = self;
  CHECK(failure->size() == 100);
}

TEST_CASE("a result destroys what it holds, once") {
  const auto held = std::make_shared<int>(1);
  {
    result<std::shared_ptr<int>> a{held};
    result<std::shared_ptr<int>> b{a};
    CHECK(held.use_count() == 3);
    b = errc::closed;
    CHECK(held.use_count() == 2);
    b = std::move(a);
    CHECK(held.use_count() == 2);
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("a result holds what can only be moved") {
  result<std::unique_ptr<int>> one{std::make_unique<int>(7)};
  auto taken = *std::move(one);
  CHECK(*taken == 7);
}

TEST_CASE("and_then goes on with a value, or_else with an error") {
  CHECK(half(8).and_then(half).value() == 2);
  CHECK(half(6).and_then(half).error().detail() == "odd");
  CHECK(half(7).or_else([](const error&) { return half(10); }).value() == 5);
  CHECK(half(8).or_else([](const error&) { return half(10); }).value() == 4);
  CHECK(half(8).map([](int number) { return std::to_string(number); }).value() == "4");
  CHECK(even(3).and_then([] { return result<void>{}; }).error() == errc::invalid_argument);
  CHECK(even(3).or_else([](const error&) { return result<void>{}; }));
  CHECK(even(2).and_then([] { return result<int>{1}; }).value() == 1);
}

TEST_CASE("the macros return the error from the function around them") {
  CHECK(quarter(12).value() == 3);
  CHECK(quarter(6).error().detail() == "odd");
  CHECK(even(2));
  CHECK(even(3).error() == errc::invalid_argument);
}
