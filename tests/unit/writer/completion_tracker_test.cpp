#include "writer/completion_tracker.hpp"

#include <set>

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("tickets in order move the mark one by one", "[completion_tracker]") {
  completion_tracker tracker;
  CHECK(tracker.through() == 0);
  CHECK(tracker.marked(0));
  CHECK_FALSE(tracker.marked(1));
  for (event_ticket ticket = 1; ticket < 1000; ++ticket) {
    tracker.mark(ticket);
    REQUIRE(tracker.through() == ticket);
  }
}

TEST_CASE("a gap holds everything behind it back", "[completion_tracker]") {
  completion_tracker tracker;
  tracker.reserve(500);
  for (event_ticket ticket = 2; ticket <= 500; ++ticket)
    tracker.mark(ticket);
  CHECK(tracker.through() == 0);
  CHECK(tracker.marked(2));
  CHECK_FALSE(tracker.marked(1));
  CHECK_FALSE(tracker.marked(501));
  tracker.mark(1);
  CHECK(tracker.through() == 500);
}

TEST_CASE("marking twice has no effect", "[completion_tracker]") {
  completion_tracker tracker;
  tracker.mark(2);
  tracker.mark(2);
  tracker.mark(1);
  tracker.mark(1);
  tracker.mark_range(1, 2);
  CHECK(tracker.through() == 2);
  CHECK_FALSE(tracker.marked(3));
}

TEST_CASE("ranges at every offset from the words' ends", "[completion_tracker]") {
  for (event_ticket first = 1; first <= 130; ++first) {
    for (const event_ticket length : {1, 2, 63, 64, 65, 128, 200}) {
      completion_tracker tracker;
      const auto last = first + length - 1;
      tracker.mark_range(first, last);
      if (first > 1) {
        REQUIRE(tracker.through() == 0);
        REQUIRE(tracker.marked(first));
        REQUIRE(tracker.marked(last));
        REQUIRE_FALSE(tracker.marked(first - 1));
        tracker.mark_range(1, first - 1);
      }
      REQUIRE(tracker.through() == last);
      REQUIRE_FALSE(tracker.marked(last + 1));
      tracker.mark(last + 2);
      REQUIRE(tracker.through() == last);
      tracker.mark(last + 1);
      REQUIRE(tracker.through() == last + 2);
    }
  }
}

TEST_CASE("a range over marks that are there already swallows them", "[completion_tracker]") {
  completion_tracker tracker;
  tracker.mark(70);
  tracker.mark(3);
  tracker.mark_range(1, 100);
  CHECK(tracker.through() == 100);
  CHECK_FALSE(tracker.marked(101));
  // No old bit shows up when the ring comes round.
  tracker.reserve(102 + 64 * 64 * 3);
  for (event_ticket ticket = 102; ticket < 102 + 64 * 64 * 3; ticket += 2) {
    tracker.mark(ticket);
    REQUIRE(tracker.through() == 100);
  }
}

TEST_CASE("the tracker does what a set of numbers does", "[completion_tracker]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    splitmix random{seed};
    completion_tracker tracker;
    std::set<event_ticket> marked;
    event_ticket through = 0;
    const auto spread = 1 + random.magnitude(14);
    for (int i = 0; i < 1500; ++i) {
      const auto first = through + (random.below(4) == 0 ? 1 : 1 + random.below(spread));
      const auto last = first + (random.below(3) == 0 ? random.below(300) : 0);
      tracker.reserve(last + random.below(spread));
      if (first == last && random.below(2) == 0)
        tracker.mark(first);
      else
        tracker.mark_range(first, last);
      for (auto ticket = first; ticket <= last; ++ticket)
        marked.insert(ticket);
      while (marked.contains(through + 1))
        marked.erase(++through);
      REQUIRE(tracker.through() == through);
      const auto probe = through + random.below(spread + 300);
      REQUIRE(tracker.marked(probe) == (probe <= through || marked.contains(probe)));
    }
  }
}
