// The tables of successors in docs/protocols/read.md, row by row, against the frontier, and
// against a reader where the frontier does not decide alone.
#include <functional>

#include "support/state_table.hpp"
#include "unit/reader/stream_reader_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using segment_ids = std::vector<segment_id>;
using known_successors = segment_frontier::successors;

const segment_id a{0, 0}, b{1, 0}, c{2, 1}, d{3, 1}, e{4, 2}, h{5, 3};

controller::successor after(segment_id id, segment_ids predecessors) {
  return {{id, {}}, std::move(predecessors)};
}

segment_frontier starting_at(const segment_ids& start, const segment_ids& ends = {}) {
  segment_frontier made;
  for (const auto id : start)
    made.begin(id);
  for (const auto id : ends)
    made.stop_in(id);
  return made;
}

// A segment of the position is refused as a successor.
bool has_in_position(segment_frontier copy, segment_id id) {
  return !copy.on_read({99, 9}, {after(id, {{99, 9}})});
}

void read(segment_frontier& f, segment_id of, const known_successors& found) {
  REQUIRE(f.on_read(of, found));
  while (f.next()) {
  }
}

struct replaced {
  segment_ids gone;
  segment_ids next;
};

// What happens when a segment is read, in the words of the table. `expected`: which segments
// are replaced by which, if any are.
std::string on_segment_read(segment_frontier f, segment_id of, const known_successors& found,
                            const replaced& expected = {}) {
  if (const auto taken = f.on_read(of, found); !taken)
    return std::string{to_string(taken.error().code())};
  const auto todo = f.next();
  CHECK_FALSE(f.next());
  if (!todo) {
    CHECK(has_in_position(f, of));
    CHECK(f.waiting() > 0);
    return f.questioning() ? "asking" : "waiting";
  }
  CHECK_FALSE(f.questioning());
  if (todo->next.empty()) {
    CHECK(todo->gone == segment_ids{of});
    CHECK(has_in_position(f, of));
    return "final";
  }
  CHECK(todo->gone == expected.gone);
  CHECK(todo->next == expected.next);
  for (const auto id : todo->gone)
    CHECK_FALSE(has_in_position(f, id));
  for (const auto id : todo->next)
    CHECK(has_in_position(f, id));
  return "replaced";
}

/// Something that a row says of: each gives the word that the cell begins with.
using observation = std::function<std::string()>;

// A reader of one sealed segment without successors, in a stream that is sealed or not.
std::string without_successors(bool stream_sealed) {
  stream_world w;
  w.add_segment(0, events({"a"}), true);
  std::size_t questions = 0;
  auto inner = *w.on_call;
  *w.on_call = [&](const controller::request& what) -> result<controller::reply> {
    if (!what.holds<controller::get_successors>()) return inner(what);
    ++questions;
    w.stream_sealed = stream_sealed;
    return controller::reply{controller::successors{}};
  };
  w.spawn();
  for (int i = 0; i < 300; ++i) {
    w.run_for(milliseconds{5});
    (void)w.take_all();
  }
  CHECK(w.reader().position().offsets == std::map<segment_id, std::int64_t>{{a, 9}});
  const auto next = w.reader().try_next();
  if (!next) {
    CHECK(next.error() == errc::end_of_segment);
    return "final";
  }
  // One question for the seal, a second one because of a seal between both.
  return questions > 2 ? "asking again" : "asked " + std::to_string(questions) + " times";
}

// a became c and d, b a part of d; the reader has read a.
segment_frontier behind_uneven_scale() {
  auto f = starting_at({a, b});
  read(f, a, {after(c, {a}), after(d, {a, b})});
  return f;
}

const std::map<std::string, std::vector<observation>>& successor_rows() {
  const auto all_finished = [] {
    return on_segment_read(behind_uneven_scale(), b, {after(d, {a, b})}, {{a, b}, {c, d}});
  };
  const auto split = [] {
    return on_segment_read(starting_at({a, b}), a, {after(c, {a}), after(d, {a})},
                           {{a}, {c, d}});
  };
  static const std::map<std::string, std::vector<observation>> all{
      {"all their predecessors are finished, and so are all predecessors of any further "
       "successor of these",
       {all_finished, split}},
      {"some lie behind the reader's end", {[] {
         return on_segment_read(starting_at({a, b}, {b}), a, {after(c, {a}), after(d, {a, b})},
                                {{a}, {c}});
       }}},
      {"some predecessor is left to be read",
       {[] {
          return on_segment_read(starting_at({a, b}), a, {after(c, {a}), after(d, {a, b})});
        },
        [] {
          return on_segment_read(starting_at({a, b}), b, {after(d, {a, b})});
        }}},
      {"some predecessor is not known to be left", {[] {
         return on_segment_read(starting_at({c, b}), c, {after(h, {c, e})});
       }}},
      {"one of them is in the position already",
       {[] {
          return on_segment_read(starting_at({a, c, b}), a, {after(c, {a})});
        },
        [] {
          return on_segment_read(starting_at({a, c, b}), a, {after(d, {a, b}), after(c, {a})});
        }}},
      {"none, and the stream has current segments", {[] { return without_successors(false); }}},
      {"none, and the stream is sealed",
       {[] { return without_successors(true); },
        [] {
          return on_segment_read(starting_at({a, b}), a, {});
        }}},
      {"all lie behind the reader's end", {[] {
         return on_segment_read(starting_at({a, b}, {b}), a, {after(d, {a, b})});
       }}},
  };
  return all;
}

// c is read, and h follows it and `other`, in the words of the table.
std::string what_is(segment_id other, segment_frontier f) {
  REQUIRE(f.on_read(c, {after(h, {c, other})}));
  const auto todo = f.next();
  if (!todo) return f.questioning() ? "is unknown" : "is left to be read";
  CHECK(todo->gone == segment_ids{c});
  CHECK(todo->next == segment_ids{h});
  return "lies before the start";
}

// The controller has said what follows b, which is in the position.
segment_frontier knowing_successors_of_b(const known_successors& found) {
  auto f = starting_at({c, b});
  REQUIRE(f.on_read(c, {after(h, {c, {7, 2}})}));
  CHECK_FALSE(f.next());
  REQUIRE(f.take_question() == b);
  f.on_known(found);
  return f;
}

const std::map<std::string, std::vector<observation>>& predecessor_rows() {
  static const std::map<std::string, std::vector<observation>> all{
      {"in the position", {[] {
         return what_is(b, starting_at({c, b}));
       }}},
      {"a descendant of a segment in the position",
       {[] { return what_is(e, knowing_successors_of_b({after(e, {b})})); }}},
      {"no such descendant, and all successors on the way are known",
       {[] {
          return what_is(e, knowing_successors_of_b({after({8, 2}, {b})}));
        },
        [] { return what_is(e, knowing_successors_of_b({})); },
        // Of an epoch that is too early to descend from b.
        [] {
          return what_is(a, starting_at({c, b}));
        }}},
      {"not known to be such a descendant",
       {[] {
          return what_is(e, starting_at({c, b}));
        },
        [] { return what_is(e, knowing_successors_of_b({after(d, {b})})); }}},
  };
  return all;
}

void check_observations(const char* heading,
                        const std::map<std::string, std::vector<observation>>& rows) {
  const auto table = read_state_table("docs/protocols/read.md", heading);
  check_rows(table, rows, [](const auto& row, const auto& how) {
    REQUIRE(row.cells.size() == 1);
    CAPTURE(row.cells[0]);
    for (std::size_t i = 0; i < how.size(); ++i) {
      CAPTURE(i);
      const auto seen = how[i]();
      REQUIRE(row.cells[0].starts_with(seen));
      // The whole word, not the beginning of another one.
      const auto rest = row.cells[0].substr(seen.size());
      CHECK((rest.empty() || rest.find_first_of(":, ") == 0));
    }
  });
}

}  // namespace

TEST_CASE("the table of successors says what a reader does", "[reader_table]") {
  check_observations("From a segment to its successors", successor_rows());
}

TEST_CASE("the table of predecessors says what they are", "[reader_table]") {
  check_observations("What a predecessor is", predecessor_rows());
}
