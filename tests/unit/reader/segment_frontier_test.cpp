#include "reader/segment_frontier.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

using ids = std::vector<segment_id>;

controller::successor after(segment_id id, ids predecessors) {
  return {{id, {}}, std::move(predecessors)};
}

const segment_id a{0, 0}, b{1, 0}, c{2, 1}, d{3, 1}, e{4, 2};

}  // namespace

TEST_CASE("a split goes on at once", "[segment_frontier]") {
  segment_frontier f;
  const auto step = f.on_read(a, {after(c, {a}), after(d, {a})});
  CHECK(step.gone == ids{a});
  CHECK(step.next == ids{c, d});
  CHECK(f.waiting() == 0);
}

TEST_CASE("a merge waits for the last predecessor", "[segment_frontier]") {
  segment_frontier f;
  CHECK(f.on_read(a, {after(c, {a, b})}).gone.empty());
  CHECK(f.waiting() == 1);
  const auto step = f.on_read(b, {after(c, {a, b})});
  CHECK(step.gone == ids{a, b});
  CHECK(step.next == ids{c});
  CHECK(f.waiting() == 0);
}

TEST_CASE("segments that share a successor are replaced in one step", "[segment_frontier]") {
  segment_frontier f;
  const auto of_a = std::vector{after(c, {a}), after(d, {a, b})};
  const auto of_b = std::vector{after(d, {a, b}), after(e, {b})};
  CHECK(f.on_read(a, of_a).gone.empty());
  const auto step = f.on_read(b, of_b);
  CHECK(step.gone == ids{a, b});
  CHECK(step.next == ids{c, d, e});
}

TEST_CASE("steps that share nothing do not wait for each other", "[segment_frontier]") {
  segment_frontier f;
  CHECK(f.on_read(a, {after(e, {a, d})}).gone.empty());
  CHECK(f.on_read(b, {after(c, {b})}).next == ids{c});
  CHECK(f.waiting() == 1);
}

TEST_CASE("the end of a stream has no next segment", "[segment_frontier]") {
  segment_frontier f;
  const auto step = f.on_read(a, {});
  CHECK(step.gone == ids{a});
  CHECK(step.next.empty());
  CHECK(f.waiting() == 0);
}
