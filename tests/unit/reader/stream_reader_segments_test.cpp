// Going on from sealed segments to their successors.
#include "reader/stream_reader_segments.hpp"

#include "support/catch.hpp"
#include "unit/reader/stream_reader_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

using by_segment = std::map<std::int32_t, std::vector<std::string>>;

namespace {

// The numbers of the segments in the order in which their items came, without repeats.
std::vector<std::int32_t> order_of(const std::vector<read_item>& items) {
  std::vector<std::int32_t> out;
  for (const auto& item : items) {
    const auto* slice = std::get_if<event_slice>(&item);
    if (slice == nullptr) continue;
    if (out.empty() || out.back() != slice->in().id.number)
      out.push_back(slice->in().id.number);
  }
  return out;
}

std::vector<read_item> read_all(stream_world& w) {
  std::vector<read_item> items;
  for (int steps = 0; steps < 2000; ++steps) {
    w.run_for(milliseconds{5});
    for (auto& each : w.take_all())
      items.push_back(std::move(each));
    if (!w.reader().try_next()) return items;
  }
  FAIL("the reader does not come to an end");
  return items;
}

}  // namespace

TEST_CASE("a split and a merge are followed, in order", "[stream_reader]") {
  stream_world w;
  w.add_segment(0, events({"a"}), true);
  w.add_successor(1, events({"b"}), {0});
  w.add_successor(2, events({"c"}), {0});
  w.add_successor(3, events({"d"}), {1, 2});
  w.spawn();
  const auto items = read_all(w);
  CHECK(events_in(items) == by_segment{{0, {"a"}}, {1, {"b"}}, {2, {"c"}}, {3, {"d"}}});
  const auto order = order_of(items);
  REQUIRE(order.size() == 4);
  CHECK(order.front() == 0);
  CHECK(order.back() == 3);
  CHECK(w.reader().position().offsets == std::map<segment_id, std::int64_t>{{{3, 0}, 9}});
  CHECK(w.reader().try_next().error().code() == errc::end_of_segment);
}

TEST_CASE("a successor waits for all its predecessors", "[stream_reader]") {
  stream_world w;
  w.add_segment(0, events({"a"}), true);
  w.add_segment(1, events({"b"}));  // open
  w.add_successor(2, events({"c"}), {0, 1});
  w.spawn();
  w.run_for(milliseconds{50});
  auto items = w.take_all();
  w.run_for(seconds{1});
  for (auto& each : w.take_all())
    items.push_back(std::move(each));
  CHECK(events_in(items) == by_segment{{0, {"a"}}, {1, {"b"}}});
  w.reader().release();
  CHECK(w.reader().position().offsets ==
        std::map<segment_id, std::int64_t>{{{0, 0}, 9}, {{1, 0}, 9}});
  w.store.put(test_segment(1), events({"b"}), true);
  CHECK(events_in(read_all(w)) == by_segment{{2, {"c"}}});
}

TEST_CASE("successors that are not there yet are asked for again", "[stream_reader]") {
  stream_world w;
  w.add_segment(0, events({"a"}), true);
  w.add_segment(1, {});
  w.spawn();
  auto inner = *w.on_call;
  bool ready = false;
  *w.on_call = [&](const controller::request& what) -> result<controller::reply> {
    if (!ready && what.holds<controller::get_successors>())
      return controller::reply{controller::successors{}};
    return inner(what);
  };
  w.run_for(milliseconds{100});
  auto items = w.take_all();
  w.run_for(seconds{1});
  CHECK(w.reader().try_next());
  SECTION("they come") {
    w.add_successor(2, events({"c"}), {0});
    w.store.put(test_segment(1), {}, true);
    ready = true;
    for (auto& each : read_all(w))
      items.push_back(std::move(each));
    CHECK(events_in(items) == by_segment{{0, {"a"}}, {2, {"c"}}});
  }
  SECTION("they never come: the error names segment and stage") {
    w.run_for(seconds{3});
    const auto failed = w.reader().try_next();
    REQUIRE_FALSE(failed);
    CHECK(failed.error() == errc::deadline_exceeded);
    CHECK(failed.error().subject() == test_segment(0).to_string());
    CHECK(failed.error().at() == stage::controller_call);
  }
}

TEST_CASE("a stream that is scaled and sealed between two questions is read to its end",
          "[stream_reader]") {
  stream_world w;
  w.add_segment(0, events({"a"}), true);
  w.add_successor(1, events({"b"}), {0});
  auto inner = *w.on_call;
  bool before = true;
  *w.on_call = [&](const controller::request& what) -> result<controller::reply> {
    const bool asks = what.holds<controller::get_successors>();
    if (!asks || !std::exchange(before, false)) return inner(what);
    w.stream_sealed = true;
    return controller::reply{controller::successors{}};
  };
  w.spawn();
  CHECK(events_in(read_all(w)) == by_segment{{0, {"a"}}, {1, {"b"}}});
}

TEST_CASE("a stream that is deleted under its reader", "[stream_reader]") {
  stream_world w;
  w.add_segment(0, events({"a"}), true);
  w.spawn();
  auto inner = *w.on_call;
  *w.on_call = [&](const controller::request& what) -> result<controller::reply> {
    if (what.holds<controller::get_successors>()) return errc::stream_not_found;
    return inner(what);
  };
  w.run_for(milliseconds{50});
  CHECK(events_in(w.take_all()) == by_segment{{0, {"a"}}});
  w.run_for(milliseconds{50});
  CHECK(w.reader().try_next().error().code() == errc::stream_not_found);
}

namespace {

segment_id id_of(std::int32_t number) {
  return {number, number < 2 ? 0 : 1};
}

// 0 becomes 2 and a part of 3, 1 the rest of 3.
void add_uneven_scale(stream_world& w) {
  const controller::successor two{{{2, 1}, {}}, {{0, 0}}};
  const controller::successor three{{{3, 1}, {}}, {{0, 0}, {1, 0}}};
  w.successors[{0, 0}] = {two, three};
  w.successors[{1, 0}] = {three};
  for (std::int32_t number = 0; number < 4; ++number)
    w.store.put({{"scope", "stream"}, id_of(number)},
                events({std::string(1, static_cast<char>('a' + number))}), true);
}

}  // namespace

TEST_CASE("a cut in the middle of an uneven scale is gone on from", "[stream_reader]") {
  stream_world w;
  add_uneven_scale(w);
  w.options.start = stream_cut{{"scope", "stream"}, {{{2, 1}, 0}, {{1, 0}, 0}}};
  w.spawn();
  const auto items = read_all(w);
  CHECK(events_in(items) == by_segment{{1, {"b"}}, {2, {"c"}}, {3, {"d"}}});
  CHECK(order_of(items).back() == 3);
  CHECK(w.reader().position().offsets ==
        std::map<segment_id, std::int64_t>{{{2, 1}, 9}, {{3, 1}, 9}});
  CHECK(w.reader().try_next().error().code() == errc::end_of_segment);
}

TEST_CASE("an end cut at the end of a segment is not gone on from", "[stream_reader]") {
  stream_world w;
  add_uneven_scale(w);
  w.head = {{{0, 0}, 0}, {{1, 0}, 0}};
  const std::int64_t to = GENERATE(9, -1);
  w.options.end = stream_cut{{"scope", "stream"}, {{{0, 0}, to}, {{1, 0}, to}}};
  w.spawn();
  CHECK(events_in(read_all(w)) == by_segment{{0, {"a"}}, {1, {"b"}}});
  CHECK(w.reader().try_next().error().code() == errc::end_of_segment);
}

TEST_CASE("an end cut with gaps is read up to", "[stream_reader]") {
  // 2 follows 0 only, 3 follows 0 and 1: a checkpoint of a reader group that has read 0.
  stream_world w;
  add_uneven_scale(w);
  w.head = {{{0, 0}, 0}, {{1, 0}, 0}};
  const std::int64_t to = GENERATE(0, 9);
  w.options.end = stream_cut{{"scope", "stream"}, {{{2, 1}, 9}, {{1, 0}, to}}};
  w.spawn();
  auto wanted = by_segment{{0, {"a"}}, {1, {"b"}}, {2, {"c"}}};
  if (to == 0) wanted.erase(1);
  CHECK(events_in(read_all(w)) == wanted);
  CHECK(w.reader().try_next().error().code() == errc::end_of_segment);
  CHECK(w.reader().position().offsets ==
        std::map<segment_id, std::int64_t>{{{1, 0}, to}, {{2, 1}, 9}});
}

TEST_CASE("a start behind the end is at its end", "[stream_reader]") {
  stream_world w;
  add_uneven_scale(w);
  const bool whole = GENERATE(true, false);
  const bool from_head = GENERATE(true, false);
  auto start = std::map<segment_id, std::int64_t>{{{2, 1}, 0}, {{3, 1}, 0}};
  if (!whole) start = {{{2, 1}, 0}, {{1, 0}, 0}};
  if (from_head)
    w.head = start;
  else
    w.options.start = stream_cut{{"scope", "stream"}, start};
  w.options.end = stream_cut{{"scope", "stream"}, {{{0, 0}, 9}, {{1, 0}, 9}}};
  w.spawn();
  const auto items = read_all(w);
  CHECK(events_in(items) == (whole ? by_segment{} : by_segment{{1, {"b"}}}));
  std::size_t ends = 0;
  for (const auto& item : items) {
    const auto* end = std::get_if<segment_end>(&item);
    if (end == nullptr) continue;
    ++ends;
    CHECK_FALSE(end->sealed);
  }
  CHECK(ends == 2);
  CHECK(w.reader().try_next().error().code() == errc::end_of_segment);
  if (!whole) start[{1, 0}] = 9;
  CHECK(w.reader().position().offsets == start);
}

TEST_CASE("a controller that fails while the start is compared with the end",
          "[stream_reader]") {
  stream_world w;
  add_uneven_scale(w);
  w.head = {{{2, 1}, 0}, {{3, 1}, 0}};
  w.options.end = stream_cut{{"scope", "stream"}, {{{0, 0}, 9}, {{1, 0}, 9}}};
  auto inner = *w.on_call;
  int failures = 3;
  const auto how = GENERATE(errc::actor_terminated, errc::stream_not_found);
  *w.on_call = [&](const controller::request& what) -> result<controller::reply> {
    const bool asks = what.holds<controller::get_successors>();
    if (asks && failures-- > 0) return how;
    return inner(what);
  };
  w.spawn();
  w.run_for(milliseconds{200});
  if (how == errc::stream_not_found) {
    CHECK(w.open_error() == how);
    return;
  }
  CHECK(events_in(read_all(w)).empty());
  CHECK(w.reader().try_next().error().code() == errc::end_of_segment);
}

TEST_CASE("failures of the way on name stage and controller", "[stream_reader]") {
  stream_world w;
  add_uneven_scale(w);
  w.head = {{{0, 0}, 0}, {{1, 0}, 0}};
  auto wanted = errc::invalid_argument;
  SECTION("a segment and one that follows it") {
    w.head[{2, 1}] = 0;
  }
  SECTION("no successors") {
    w.successors[{1, 0}] = {};
    wanted = errc::deadline_exceeded;
  }
  SECTION("a predecessor that is followed by others, also with an end cut") {
    w.successors[{0, 0}] = {{{{3, 1}, {}}, {{0, 0}, {1, 0}}}};
    w.successors[{1, 0}] = {{{{2, 1}, {}}, {{1, 0}}}};
    if (GENERATE(true, false)) w.options.end = stream_cut{{"scope", "stream"}, {{{2, 1}, 9}}};
    wanted = errc::protocol_violation;
  }
  w.spawn();
  (void)read_all(w);
  const auto failed = w.reader().try_next().error();
  CHECK(failed == wanted);
  CHECK(failed.at() == stage::controller_call);
  CHECK(failed.controller() == "controller:9090");
}

TEST_CASE("a start cut may name a part of the stream", "[stream_reader]") {
  stream_world w;
  add_uneven_scale(w);
  w.options.start = stream_cut{{"scope", "stream"}, {{{1, 0}, 0}}};
  w.spawn();
  CHECK(events_in(read_all(w)) == by_segment{{1, {"b"}}, {3, {"d"}}});
  CHECK(w.reader().try_next().error().code() == errc::end_of_segment);
}

TEST_CASE("a start cut with a segment and its successor is an error", "[stream_reader]") {
  stream_world w;
  add_uneven_scale(w);
  w.options.start = stream_cut{{"scope", "stream"}, {{{0, 0}, 0}, {{2, 1}, 0}, {{1, 0}, 0}}};
  w.spawn();
  (void)read_all(w);
  const auto refused = w.reader().try_next();
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::invalid_argument);
  CHECK(refused.error().subject() == "scope/stream");
}

TEST_CASE("a predecessor behind a segment that is not read is found by asking",
          "[stream_reader]") {
  stream_world w;
  // 1 becomes 3, and 3 with 2 becomes 4.
  const controller::successor three{{{3, 1}, {}}, {{1, 0}}};
  const controller::successor four{{{4, 2}, {}}, {{2, 1}, {3, 1}}};
  w.successors[{1, 0}] = {three};
  w.successors[{2, 1}] = {four};
  w.successors[{3, 1}] = {four};
  const auto put = [&](segment_id id, const char* event, bool sealed) {
    w.store.put({{"scope", "stream"}, id}, events({event}), sealed);
  };
  put({1, 0}, "b", false);
  put({2, 1}, "c", true);
  put({3, 1}, "d", true);
  put({4, 2}, "e", true);
  w.options.start = stream_cut{{"scope", "stream"}, {{{2, 1}, 0}, {{1, 0}, 0}}};
  w.spawn();
  auto inner = *w.on_call;
  std::vector<segment_id> asked;
  int failures = 2;
  *w.on_call = [&](const controller::request& what) -> result<controller::reply> {
    const auto* after = what.get_if<controller::get_successors>();
    if (after != nullptr && after->of.id == segment_id{1, 0} && failures-- > 0)
      return errc::controller_unreachable;
    if (after != nullptr) asked.push_back(after->of.id);
    return inner(what);
  };
  w.run_for(seconds{1});
  auto items = w.take_all();
  w.run_for(milliseconds{1900});
  CHECK(events_in(items) == by_segment{{1, {"b"}}, {2, {"c"}}});
  CHECK(asked == std::vector<segment_id>{{2, 1}, {1, 0}});
  CHECK(w.take_all().empty());
  put({1, 0}, "b", true);
  for (auto& each : read_all(w))
    items.push_back(std::move(each));
  CHECK(events_in(items) == by_segment{{1, {"b"}}, {2, {"c"}}, {3, {"d"}}, {4, {"e"}}});
  CHECK(order_of(items).back() == 4);
}
