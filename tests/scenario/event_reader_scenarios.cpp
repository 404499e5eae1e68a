// Readers of a group in virtual time: how they share, and how they end.
#include <algorithm>

#include "group/group_codec.hpp"
#include "group_reader/reader_keeper.hpp"
#include "scenario/group_scene.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

// All events that these readers got, in the order of their numbers.
std::vector<int> events_of(std::initializer_list<const scene_reader*> readers) {
  std::vector<int> all;
  for (const auto* each : readers)
    for (const auto& text : each->inbox->events())
      all.push_back(std::stoi(text));
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<int> first(int count) {
  std::vector<int> all;
  for (int i = 0; i < count; ++i)
    all.push_back(i);
  return all;
}

}  // namespace

TEST_CASE("event reader: two readers share the segments, each event goes to one") {
  group_scene w{4};
  auto a = w.open_reader("a");
  REQUIRE(a.handle);
  w.write(100);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 100; }));
  auto b = w.open_reader("b");
  REQUIRE(w.until([&] {
    const auto now = w.state();
    return now.assigned("a")->size() == 2 && now.assigned("b")->size() == 2;
  }));
  w.write(100);
  REQUIRE(w.until([&] { return events_of({&a, &b}).size() == 200; }));
  CHECK(events_of({&a, &b}) == first(200));
  CHECK_FALSE(b.inbox->events().empty());
  w.close(a);
  w.write(100);
  REQUIRE(w.until([&] { return events_of({&a, &b}).size() == 300; }));
  CHECK(events_of({&a, &b}) == first(300));
  w.close(b);
  CHECK(w.state().readers().empty());
}

TEST_CASE("event reader: a name that is online and a group that does not exist are refused") {
  group_scene w;
  auto a = w.open_reader("a");
  const auto again = w.open_reader("a");
  REQUIRE_FALSE(again.handle);
  CHECK(again.handle.error() == errc::reader_exists);
  CHECK(w.state().readers() == texts{"a"});
  const auto nowhere = w.open_in({"scope", "other"}, "a");
  REQUIRE_FALSE(nowhere.handle);
  INFO(nowhere.handle.error().to_string());
  CHECK(nowhere.handle.error() == errc::reader_group_not_found);
  CHECK(w.open_reader("a b").handle.error() == errc::invalid_name);
  event_reader_options wrong;
  wrong.prefetch_slices = 0;
  CHECK(w.open_reader("b", wrong).handle.error() == errc::invalid_argument);
  w.close(a);
}

TEST_CASE("event reader: a subscriber that dies loses nothing, and numbers stay") {
  group_scene w;
  auto a = w.open_reader("a");
  a.inbox->releases = false;
  w.write(10);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 10; }));
  const auto before = a.inbox->slices;
  caf::anon_send_exit(a.subscriber, caf::exit_reason::kill);
  a.inbox = std::make_shared<group_inbox>();
  w.subscribe(a);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 10; }));
  CHECK(a.inbox->slices.front().number == before.front().number);
  w.close(a);
}

TEST_CASE("event reader: a reader that is declared offline says so and delivers no more") {
  group_scene w;
  auto a = w.open_reader("a");
  w.write(5);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 5; }));
  w.propose({remove_reader{"a", {}}});
  REQUIRE(w.until([&] { return !a.inbox->ended.empty(); }, seconds{5}));
  CHECK(a.inbox->ended.front().outcome.error() == errc::reader_offline);
  // Where others go on, as far as this reader knows: behind five events of nine bytes.
  CHECK(a.inbox->ended.front().released.segments.at({w.stream, {0, 0}}).offset == 45);
  w.write(5);
  w.world.run_for(seconds{5});
  CHECK(a.inbox->events().size() == 5);
  w.close(a);
}

TEST_CASE("event reader: the state of a reader that is killed goes on where it had released") {
  group_scene w;
  auto a = w.open_reader("a");
  w.write(5);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 5; }));
  w.world.run_for(seconds{1});
  a.inbox->releases = false;
  w.write(5);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 10; }));
  caf::anon_send_exit(*a.handle, caf::exit_reason::kill);
  REQUIRE(w.until([&] { return w.state().readers().empty(); }, seconds{5}));
  REQUIRE(a.inbox->ended.size() == 1);
  CHECK(a.inbox->ended.front().outcome.error() == errc::actor_terminated);
  auto b = w.open_reader("b");
  REQUIRE(w.until([&] { return b.inbox->events().size() == 5; }));
  w.world.run_for(seconds{3});
  CHECK(events_of({&b}) == std::vector{5, 6, 7, 8, 9});
  caf::anon_send_exit(a.subscriber, caf::exit_reason::user_shutdown);
  w.close(b);
}

TEST_CASE("event reader: a slice that is given back early goes on in another reader") {
  group_scene w;
  auto a = w.open_reader("a");
  a.inbox->releases = false;
  w.write(10);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 10; }));
  const auto given = a.inbox->slices.front();
  auto second = given.slice.begin();
  ++second;
  const auto back = [&](std::uint64_t number, std::int64_t offset) {
    const auto got =
        ask<segment_given_back>(w.world, *a.handle, give_segment_back{number, offset});
    REQUIRE(got);
    return got->outcome;
  };
  CHECK(back(99, 0).error() == errc::invalid_argument);
  CHECK(back(given.number, given.slice.next_offset() + 1).error() == errc::invalid_argument);
  REQUIRE(back(given.number, (*second).offset));
  CHECK(back(given.number, (*second).offset).error() == errc::invalid_argument);
  auto b = w.open_reader("b");
  // One of both takes the segment now.
  REQUIRE(
      w.until([&] { return a.inbox->events().size() - 10 + b.inbox->events().size() == 9; }));
  w.close(a);
  w.close(b);
}

TEST_CASE("event reader: the end of all data reaches every reader") {
  group_scene w{2};
  auto a = w.open_reader("a");
  auto b = w.open_reader("b");
  w.write(20);
  REQUIRE(w.until([&] { return events_of({&a, &b}).size() == 20; }));
  REQUIRE(w.world.control(controller::seal_stream{w.stream}));
  REQUIRE(w.until([&] { return !a.inbox->ended.empty() && !b.inbox->ended.empty(); }));
  CHECK(a.inbox->ended.front().outcome);
  CHECK(b.inbox->ended.front().outcome);
  CHECK(w.state().is_end_of_data());
  w.close(a);
  w.close(b);
}

TEST_CASE("event reader: a scale is followed by whoever takes the successors") {
  group_scene w{1};
  auto a = w.open_reader("a");
  auto b = w.open_reader("b");
  w.write(30);
  REQUIRE(w.until([&] { return events_of({&a, &b}).size() == 30; }));
  REQUIRE(w.world.split(w.stream, {0, 0}, 4));
  w.write(60);
  REQUIRE(w.until([&] { return events_of({&a, &b}).size() == 90; }));
  CHECK(events_of({&a, &b}) == first(90));
  REQUIRE(w.until([&] {
    const auto now = w.state();
    return now.assigned("a")->size() == 2 && now.assigned("b")->size() == 2;
  }));
  w.close(a);
  w.close(b);
}

TEST_CASE("event reader: what was truncated away is a gap") {
  group_scene w;
  w.write(10);
  stream_cut cut{w.stream, {{{0, 0}, 5 * 9}}};
  auto a = w.open_reader("a");
  a.inbox->releases = false;
  REQUIRE(w.until([&] { return a.inbox->events().size() == 10; }));
  w.close(a);
  REQUIRE(w.world.control(controller::truncate_stream{cut}));
  auto b = w.open_reader("b");
  REQUIRE(w.until([&] { return b.inbox->events().size() == 5; }));
  REQUIRE(b.inbox->gaps.size() == 1);
  CHECK(b.inbox->gaps.front().gap.to == 45);
  event_reader_options strict;
  strict.on_truncation = truncation_policy::fail;
  w.close(b);
}

TEST_CASE("event reader: an entry that cannot be understood is named, and nothing is written") {
  group_scene w;
  auto a = w.open_reader("a");
  w.world.run_for(seconds{2});
  auto opened = w.try_open(state_stream_of(w.group));
  REQUIRE(opened);
  REQUIRE(*opened);
  bool durable = false;
  const std::string garbage{"\0\0\0\2\0\0\0\4junk", 12};
  REQUIRE((*opened)->try_write("", as_bytes(garbage), [&](const write_result& outcome) {
    durable = static_cast<bool>(outcome.outcome);
  }));
  REQUIRE(w.until([&] { return durable; }));
  REQUIRE(w.until([&] { return !a.inbox->ended.empty(); }, seconds{10}));
  const auto& why = a.inbox->ended.front().outcome.error();
  CHECK_THAT(why.to_string(), Catch::Contains("update 0"));
  const auto before = w.world.events_of("scope/_RGgroup/0.#epoch.0").size();
  w.world.run_for(seconds{30});
  CHECK(w.world.events_of("scope/_RGgroup/0.#epoch.0").size() == before);
  opened.reset();
  const auto closed = ask<event_reader_closed>(w.world, *a.handle, close_reader{});
  REQUIRE(closed);
  CHECK_FALSE(closed->outcome);
  caf::anon_send_exit(a.subscriber, caf::exit_reason::user_shutdown);
}

TEST_CASE("event reader: a checkpoint waits for the release of its item") {
  auto options = group_scene::quick();
  options.automatic_checkpoint_interval_ms = 0;
  group_scene w{1, options};
  auto a = w.open_reader("a");
  a.inbox->releases = false;
  w.write(4);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 4; }));
  w.propose({create_checkpoint{"mine"}});
  REQUIRE(w.until([&] { return !a.inbox->checkpoints.empty(); }));
  w.write(4);
  REQUIRE(w.until([&] { return a.inbox->events().size() == 8; }));
  w.world.run_for(seconds{5});
  CHECK_FALSE(w.state().is_complete("mine"));
  const auto at = a.inbox->checkpoints.front().number;
  const auto released = ask<items_released>(w.world, *a.handle, release_through{at});
  REQUIRE(released);
  REQUIRE(w.until([&] { return w.state().is_complete("mine"); }));
  const auto state = w.state();
  const auto* positions = state.positions("mine");
  REQUIRE(positions != nullptr);
  CHECK(positions->begin()->second == 4 * 9);
  w.close(a);
}
