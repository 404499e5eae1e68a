#include "reader/segment_frontier.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

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

TEST_CASE("what follows the end is neither read nor waited for", "[segment_frontier]") {
  frontier_test f{{a, b}};
  f.stop_in(b);
  SECTION("with a segment that does not follow it") {
    f.stop_in(c);
    const auto step = f.read(a, {after(c, {a}), after(d, {a, b})});
    CHECK(step.gone == ids{a});
    CHECK(step.next == ids{c});
  }
  SECTION("with no other segment") {
    CHECK(f.read(a, {after(d, {a, b})}).next.empty());
  }
  CHECK(f.waiting() == 0);
  CHECK_FALSE(f.take_question());
}

TEST_CASE("what follows the end over another segment is found by asking",
          "[segment_frontier]") {
  // b becomes d, a and d become e; a becomes c, too.
  frontier_test f{{a, b}};
  f.stop_in(b);
  CHECK(f.read(a, {after(e, {a, d}), after(c, {a})}).gone.empty());
  CHECK(f.take_question() == b);
  const bool follows = GENERATE(true, false);
  const auto step = f.answer({after(follows ? d : g, {b})});
  REQUIRE(step);
  CHECK(step->gone == ids{a});
  CHECK(step->next == (follows ? ids{c} : ids{c, e}));
  CHECK(f.waiting() == 0);
}

TEST_CASE("an end that is still to come is not gone on from, either", "[segment_frontier]") {
  // a becomes c and d, c becomes e; e and d become h.
  frontier_test f{{a}};
  f.stop_in(e);
  CHECK(f.read(a, {after(c, {a}), after(d, {a})}).next == ids{c, d});
  CHECK(f.read(d, {after(h, {d, e})}).next.empty());
  CHECK(f.read(c, {after(e, {c})}).next == ids{e});
  CHECK(f.waiting() == 0);
}

TEST_CASE("a start behind the end is known, by asking if need be", "[segment_frontier]") {
  // a becomes c and d, d becomes e.
  frontier_test f{{b, c, e}};
  for (const auto id : {a, b})
    f.stop_in(id);
  CHECK(f.stops_in(b));
  CHECK_FALSE(f.stops_in(c));
  CHECK_FALSE(f.begins_behind_end(c));
  CHECK(f.take_question() == a);
  f.on_known({after(c, {a}), after(d, {a})});
  CHECK(f.begins_behind_end(c) == true);
  CHECK_FALSE(f.begins_behind_end(e));
  CHECK(f.take_question() == d);
  f.on_known({after(e, {d})});
  CHECK(f.begins_behind_end(e) == true);
  // What the start names follows nothing else that it names.
  CHECK(f.begins_behind_end(b) == false);
}

TEST_CASE("a start before the end is known without asking", "[segment_frontier]") {
  frontier_test f{{a, b}};
  for (const auto id : {c, e})
    f.stop_in(id);
  CHECK(f.begins_behind_end(a) == false);
  CHECK(f.begins_behind_end(b) == false);
}
