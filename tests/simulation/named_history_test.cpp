#include "simulation/named_history.hpp"

#include "support/catch.hpp"

using simulation_tests::named_history;

namespace {

std::string numbered(std::int64_t number, const std::string& key = "k") {
  return named_history::payload_of("name", key, number);
}

named_history of_three() {
  named_history history;
  for (const int number : {1, 2, 10})
    history.wants(numbered(number));
  history.durable(numbered(2));
  return history;
}

}  // namespace

TEST_CASE("named history: what is right is not complained of") {
  CHECK(of_three().check({{numbered(1)}, {numbered(2), numbered(10)}}).empty());
}

TEST_CASE("named history: each planted fault is found") {
  const auto history = of_three();
  using faults = std::vector<std::string>;
  CHECK(history.check({{numbered(1), numbered(2), numbered(2), numbered(10)}}) ==
        faults{numbered(2) + " is stored twice"});
  CHECK(history.check({{numbered(1), numbered(10), numbered(2)}}) ==
        faults{numbered(2) + " is stored behind " + numbered(10)});
  CHECK(history.check({{numbered(1), numbered(2)}}) == faults{numbered(10) + " is not stored"});
  CHECK(history.check({{numbered(1), numbered(2), numbered(3), numbered(10)}}) ==
        faults{numbered(3) + " was never written"});
  CHECK(history.check({{numbered(1), numbered(10)}}).size() == 2);
}

TEST_CASE("named history: events without a key have no order") {
  named_history history;
  history.wants(numbered(1, ""));
  history.wants(numbered(2, ""));
  CHECK(history.check({{numbered(2, ""), numbered(1, "")}}).empty());
}
