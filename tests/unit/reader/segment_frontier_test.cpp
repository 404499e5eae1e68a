#include "reader/segment_frontier.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

using ids = std::vector<segment_id>;
using successors = segment_frontier::successors;

controller::successor after(segment_id id, ids predecessors) {
  return {{id, {}}, std::move(predecessors)};
}

const segment_id a{0, 0}, b{1, 0}, c{2, 1}, d{3, 1}, e{4, 2}, g{5, 2}, h{6, 3};

struct frontier_test : segment_frontier {
  explicit frontier_test(const ids& start) {
    for (const auto id : start)
      begin(id);
  }
  /// The one step that follows; an empty one while there is only to wait.
  step read(segment_id of, const successors& found) {
    REQUIRE(on_read(of, found));
    const auto todo = next().value_or(step{});
    CHECK_FALSE(next());
    return todo;
  }
  std::optional<step> answer(const successors& found) {
    on_known(found);
    return next();
  }
};

}  // namespace

TEST_CASE("a split goes on at once", "[segment_frontier]") {
  frontier_test f{{a}};
  const auto step = f.read(a, {after(c, {a}), after(d, {a})});
  CHECK(step.gone == ids{a});
  CHECK(step.next == ids{c, d});
  CHECK(f.waiting() == 0);
}

TEST_CASE("a merge waits for the last predecessor", "[segment_frontier]") {
  frontier_test f{{a, b}};
  CHECK(f.read(a, {after(c, {a, b})}).gone.empty());
  CHECK(f.waiting() == 1);
  const auto step = f.read(b, {after(c, {a, b})});
  CHECK(step.gone == ids{a, b});
  CHECK(step.next == ids{c});
  CHECK(f.waiting() == 0);
  CHECK_FALSE(f.take_question());
}

TEST_CASE("segments that share a successor are replaced in one step", "[segment_frontier]") {
  frontier_test f{{a, b}};
  CHECK(f.read(a, {after(c, {a}), after(d, {a, b})}).gone.empty());
  const auto step = f.read(b, {after(d, {a, b}), after(e, {b})});
  CHECK(step.gone == ids{a, b});
  CHECK(step.next == ids{c, d, e});
}

TEST_CASE("steps that share nothing do not wait for each other", "[segment_frontier]") {
  frontier_test f{{a, b, d}};
  CHECK(f.read(a, {after(e, {a, d})}).gone.empty());
  CHECK(f.read(b, {after(c, {b})}).next == ids{c});
  CHECK(f.waiting() == 1);
}

TEST_CASE("the end of a stream has no next segment", "[segment_frontier]") {
  frontier_test f{{a}};
  const auto step = f.read(a, {});
  CHECK(step.gone == ids{a});
  CHECK(step.next.empty());
  CHECK(f.waiting() == 0);
}

TEST_CASE("a predecessor that is not named and follows nothing lies behind the start",
          "[segment_frontier]") {
  // c follows a, which was read and is not named; d follows a and b.
  frontier_test f{{c, b}};
  const auto step = f.read(b, {after(d, {a, b})});
  CHECK(step.gone == ids{b});
  CHECK(step.next == ids{d});
  CHECK_FALSE(f.take_question());
}

TEST_CASE("a predecessor that follows a segment that is not read is waited for",
          "[segment_frontier]") {
  // b becomes d, d becomes e and g; h follows c and e.
  frontier_test f{{c, b}};
  CHECK(f.read(c, {after(h, {c, e})}).gone.empty());
  CHECK(f.take_question() == b);
  CHECK_FALSE(f.take_question());
  CHECK(f.questioning());
  CHECK_FALSE(f.answer({after(d, {a, b})}));
  CHECK(f.take_question() == d);
  CHECK_FALSE(f.answer({after(e, {d}), after(g, {d})}));
  CHECK_FALSE(f.questioning());
  CHECK(f.read(b, {after(d, {a, b})}).next == ids{d});
  CHECK(f.read(d, {after(e, {d}), after(g, {d})}).next == ids{e, g});
  const auto step = f.read(e, {after(h, {c, e})});
  CHECK(step.gone == ids{c, e});
  CHECK(step.next == ids{h});
  CHECK(f.waiting() == 0);
}

TEST_CASE("a segment without successors so far leads to no predecessor", "[segment_frontier]") {
  frontier_test f{{c, b}};
  CHECK(f.read(c, {after(h, {c, e})}).gone.empty());
  CHECK(f.take_question() == b);
  SECTION("the waiting segment goes on") {
    const auto step = f.answer({});
    REQUIRE(step);
    CHECK(step->gone == ids{c});
    CHECK(step->next == ids{h});
    CHECK(f.waiting() == 0);
  }
  SECTION("it is asked again about what came later") {
    REQUIRE(f.answer({}));
    CHECK(f.read(h, {after({8, 5}, {h, {7, 4}})}).gone.empty());
    CHECK(f.take_question() == b);
  }
}

TEST_CASE("an answer that comes late changes nothing", "[segment_frontier]") {
  frontier_test f{{c, b}};
  CHECK(f.read(c, {after(h, {c, e})}).gone.empty());
  CHECK(f.take_question() == b);
  // Read before it was answered.
  CHECK(f.read(b, {after(d, {a, b})}).next == ids{d});
  CHECK_FALSE(f.answer({after(d, {a, b})}));
  CHECK(f.take_question() == d);
  const auto step = f.answer({after(g, {d})});
  REQUIRE(step);
  CHECK(step->next == ids{h});
}

TEST_CASE("a start with a segment and one that follows it is an error", "[segment_frontier]") {
  frontier_test f{{a, c, b}};
  const auto refused = f.on_read(a, {after(c, {a}), after(d, {a, b})});
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::invalid_argument);
  CHECK(refused.error().detail() ==
        "the reader's start names segment 0.#epoch.0 and segment 2.#epoch.1, which follows it");
}
