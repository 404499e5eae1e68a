#include "reader/numbered_items.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

// Capital letters use demand up.
struct letter_rules {
  static std::size_t cost_of(const std::string& item) { return item.size(); }
  static bool uses_demand(const std::string& item) { return item.front() < 'a'; }
};
using letters = numbered_items<std::string, letter_rules>;
using numbers = std::vector<std::uint64_t>;

letters with(std::size_t bytes_max, std::initializer_list<std::string> items) {
  letters all{bytes_max};
  all.subscribe();
  all.add_demand(items.size() + 1);
  for (const auto& each : items)
    (void)all.add(each);
  return all;
}

numbers due_again(letters& of) {
  numbers all;
  while (const auto next = of.next_again())
    all.push_back(next->number);
  return all;
}

}  // namespace

TEST_CASE("numbered items: numbers begin at 1 and go on over releases") {
  auto all = with(100, {"A", "B"});
  CHECK(all.last_delivered() == 2);
  std::string released;
  const auto note = [&](std::uint64_t number, const std::string& item) {
    released += std::to_string(number) + item;
  };
  REQUIRE(all.release_through(1, note));
  CHECK(released == "1A");
  CHECK(all.add("C").number == 3);
  REQUIRE(all.release_through(3, note));
  CHECK(released == "1A2B3C");
  REQUIRE(all.release_through(2, note));
  CHECK(released == "1A2B3C");
  CHECK(all.last_released() == 3);
  const auto late = all.release_through(4, note);
  REQUIRE_FALSE(late);
  CHECK(late.error() == errc::invalid_argument);
}

TEST_CASE("numbered items: a new subscriber gets what is held, as far as it demands") {
  auto all = with(100, {"A", "b", "C"});
  REQUIRE(all.release_through(1, [](std::uint64_t, const std::string&) {}));
  all.subscribe();
  CHECK(due_again(all).empty());
  all.add_demand(1);
  CHECK(due_again(all) == numbers{2, 3});
  CHECK(all.subscriber_has_all());
  CHECK_FALSE(all.wants_new());
  all.unsubscribe();
  CHECK_FALSE(all.subscriber_has_all());
}

TEST_CASE("numbered items: what is held is bounded") {
  auto all = with(3, {"AA"});
  all.add_demand(5);
  CHECK(all.wants_new());
  (void)all.add("BB");
  CHECK(all.held_bytes() == 4);
  CHECK_FALSE(all.wants_new());
  REQUIRE(all.release_through(1, [](std::uint64_t, const std::string&) {}));
  CHECK(all.wants_new());
}

TEST_CASE("numbered items: a withdrawn item keeps its number and has no effect") {
  auto all = with(100, {"A", "B", "C"});
  all.withdraw([](const std::string& item) { return item == "B"; });
  CHECK(all.find(2) == nullptr);
  REQUIRE(all.find(3) != nullptr);
  CHECK(*all.find(3) == "C");
  CHECK(all.find(4) == nullptr);
  all.subscribe();
  all.add_demand(5);
  CHECK(due_again(all) == numbers{1, 3});
  std::string released;
  REQUIRE(all.release_through(
      3, [&](std::uint64_t, const std::string& item) { released += item; }));
  CHECK(released == "AC");
  CHECK(all.find(3) == nullptr);
}

TEST_CASE("numbered items: withdrawn items at the end do not hold a subscriber up") {
  auto all = with(100, {"A", "B"});
  all.subscribe();
  all.withdraw([](const std::string&) { return true; });
  all.add_demand(1);
  CHECK(due_again(all).empty());
  CHECK(all.wants_new());
}
