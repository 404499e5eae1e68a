#include "group/insertion_map.hpp"

#include <string>

#include "support/catch.hpp"

using pravega_actor::internal::insertion_map;

namespace {

using map = insertion_map<int, std::string>;

map three() {
  map all;
  all.add(5, "five");
  all.add(1, "one");
  all.add(3, "three");
  return all;
}

}  // namespace

TEST_CASE("insertion map: entries come in the order of their insertion") {
  auto all = three();
  CHECK(all.entries() ==
        std::vector<std::pair<int, std::string>>{{5, "five"}, {1, "one"}, {3, "three"}});
  CHECK_FALSE(all.add(1, "again"));
  CHECK(*all.find(1) == "one");
  all.set(1, "uno");
  all.set(0, "zero");
  CHECK(all.entries().at(1).second == "uno");
  CHECK(all.entries().back().first == 0);
}

TEST_CASE("insertion map: an erased key that comes again stands at the end") {
  auto all = three();
  CHECK(all.erase(5));
  CHECK_FALSE(all.erase(5));
  CHECK(all.find(5) == nullptr);
  CHECK(all.size() == 2);
  all.add(5, "five");
  CHECK(all.entries().back().first == 5);
}

TEST_CASE("insertion map: keys are found by their own order") {
  const auto all = three();
  CHECK(*all.first_from(2) == 3);
  CHECK(*all.first_from(5) == 5);
  CHECK(all.first_from(6) == nullptr);
}

TEST_CASE("insertion map: equal means the same order, not the same history") {
  auto a = three();
  const auto b = a;
  CHECK(a == b);
  a.erase(3);
  CHECK_FALSE(a == b);
  a.add(3, "three");
  CHECK(a == b);
  a.erase(1);
  a.add(1, "one");
  CHECK_FALSE(a == b);
}
