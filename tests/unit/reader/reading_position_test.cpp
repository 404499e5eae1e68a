#include "reader/reading_position.hpp"

#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using offsets = reading_position::offsets;
using place = reading_position::place;

namespace {

constexpr segment_id first{0, 0};
constexpr segment_id second{1, 0};
constexpr segment_id third{2, 1};

}  // namespace

TEST_CASE("what is handed out changes the position with its release", "[reading_position]") {
  reading_position p;
  p.begin(first, 10);
  p.begin(second, 20);
  CHECK(p.mark(first) == 10);
  p.mark(first) = 30;
  CHECK(p.reached(first) == 30);
  CHECK(p.reached(second) == 20);
  CHECK(p.consumed() == offsets{{first, 10}, {second, 20}});
  p.release();
  CHECK(p.consumed() == offsets{{first, 30}, {second, 20}});
  CHECK(p.mark(first) == 30);
  p.release();
  CHECK(p.consumed() == offsets{{first, 30}, {second, 20}});
}

TEST_CASE("a step to successors waits for what is handed out", "[reading_position]") {
  reading_position p;
  p.begin(first, 10);
  p.begin(second, 20);
  p.mark(second) = 25;
  p.advance({first}, {third});
  CHECK(p.consumed() == offsets{{first, 10}, {second, 20}});
  CHECK(p.reached(third) == 0);
  p.mark(third) = 5;
  p.release();
  CHECK(p.consumed() == offsets{{second, 25}, {third, 5}});
}

TEST_CASE("a step is one with an earlier step that waits", "[reading_position]") {
  reading_position p;
  p.begin(first, 10);
  p.begin(second, 20);
  p.mark(first) = 11;
  p.advance({first}, {});
  // Nothing of a segment that stays is handed out, but the step before waits.
  p.advance({second}, {third});
  CHECK(p.consumed() == offsets{{first, 10}, {second, 20}});
  p.release();
  CHECK(p.consumed() == offsets{{third, 0}});
}

TEST_CASE("a step is made at once if nothing is handed out", "[reading_position]") {
  reading_position p;
  p.begin(first, 10);
  p.advance({first}, {second, third});
  CHECK(p.consumed() == offsets{{second, 0}, {third, 0}});
}

TEST_CASE("the mark of a segment whose end was taken does not wait", "[reading_position]") {
  reading_position p;
  p.begin(first, 10);
  (void)p.mark(first);
  p.unmark(first);
  p.advance({first}, {second});
  CHECK(p.consumed() == offsets{{second, 0}});
}

TEST_CASE("a segment that is taken away leaves its place and no trace", "[reading_position]") {
  reading_position p;
  p.begin(first, 10);
  p.begin(second, 20);
  p.mark(first) = 11;
  p.mark(second) = 21;
  CHECK(p.take_away(first) == place{10, 11});
  CHECK_FALSE(p.take_away(first));
  CHECK(p.consumed() == offsets{{second, 20}});
  p.release();
  CHECK(p.consumed() == offsets{{second, 21}});
  CHECK(p.take_away(second) == place{21, 21});
  CHECK_FALSE(p.take_away(third));
  CHECK(p.consumed().empty());
}

TEST_CASE("a segment that is about to enter is taken away at its beginning",
          "[reading_position]") {
  reading_position p;
  p.begin(first, 10);
  p.begin(second, 20);
  p.mark(second) = 21;
  p.advance({first}, {third});
  CHECK(p.take_away(third) == place{0, 0});
  // The step remains: what it replaces is gone.
  CHECK_FALSE(p.take_away(first));
  CHECK(p.consumed() == offsets{{first, 10}, {second, 20}});
  p.release();
  CHECK(p.consumed() == offsets{{second, 21}});
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a mark that has its memory is set and consumed without more", "[reading_position]") {
  reading_position p;
  p.begin(first, 10);
  CHECK(test::fails_from(1, [&] { (void)p.mark(first); }));
  auto& mark = p.mark(first);
  CHECK_FALSE(test::fails_from(1, [&] {
    mark = 12;
    p.release();
  }));
  CHECK(p.consumed() == offsets{{first, 12}});
}
#endif
