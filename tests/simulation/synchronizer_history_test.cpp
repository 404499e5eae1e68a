#include "simulation/synchronizer_history.hpp"

#include "support/catch.hpp"

using simulation_tests::synchronizer_history;
using outcome = synchronizer_history::outcome;
using words = std::vector<std::string>;

namespace {

synchronizer_history three() {
  synchronizer_history history;
  history.ended("a", outcome::stored);
  history.ended("b", outcome::absent);
  history.ended("c", outcome::unknown);
  history.accepted("a", 0);
  history.saw({10, 0}, {"a"});
  return history;
}

}  // namespace

TEST_CASE("synchronizer history: a run without a fault") {
  CHECK(three().check({"a"}).empty());
  CHECK(three().check({"a", "c"}).empty());
  CHECK(three().count(outcome::unknown) == 1);
}

TEST_CASE("synchronizer history: each planted fault is found") {
  using found = std::vector<std::string>;
  CHECK(three().check({"a", "c", "c"}) == found{"c was applied 2 times"});
  CHECK(three().check({"a", "b"}) == found{"b is there, though it was refused"});
  CHECK(three().check({"a", "x"}) == found{"x was never written"});
  CHECK(three().check({"c", "a"}) ==
        found{"a does not follow the state that it was computed from",
              "another order at revision 10:0"});
  CHECK(three().check({}).front() == "a is lost");
  auto twice = three();
  twice.saw({10, 0}, {"b"});
  CHECK(twice.check({"a"}) == found{"two states at revision 10:0"});
  auto shorter = three();
  shorter.saw({20, 0}, {});
  CHECK(shorter.check({"a"}) == found{"a shorter state at revision 20:0"});
}
