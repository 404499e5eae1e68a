// Delivery of numbered items to an actor, on demand, and their release.
#include "unit/reader/delivery_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

namespace {

using offsets = delivery_world::offsets;
using numbers = delivery_world::numbers;

}  // namespace

TEST_CASE("never more slices are sent than demanded", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  CHECK(w.first.slices() == 0);
  w.tell(read_demand{1});
  CHECK(w.first.slices() == 1);
  w.tell(read_demand{3});
  CHECK(w.first.slices() == 4);
  w.tell(read_demand{0});
  CHECK(w.first.slices() == 4);
  w.tell(read_demand{std::numeric_limits<std::size_t>::max()});
  w.tell(read_demand{2});
  CHECK(w.first.slices() == 10);
  w.store.put(test_segment(0), [] {
    auto more = ten();
    append_event(more, "tttt");
    return more;
  }());
  w.run();
  CHECK(w.first.slices() == 11);
  CHECK(w.first.got() == numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
}

TEST_CASE("a subscription may bring its demand", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.open();
  w.tell(subscribe_reader{w.first.actor, 2});
  CHECK(w.first.slices() == 2);
}

TEST_CASE("demand waits for slices that come later", "[delivery]") {
  delivery_world w;
  w.add_segment(0, {});
  w.start();
  w.tell(read_demand{1});
  CHECK(w.first.box->got.empty());
  w.store.put(test_segment(0), ten());
  w.run();
  CHECK(w.first.slices() == 1);
  CHECK(payloads_of(w.first.last<slice_delivered>().slice) == std::vector<std::string>{"0000"});
}

TEST_CASE("demand without a subscription, or from somebody else, has no effect", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.open();
  w.tell(read_demand{5});
  w.tell(subscribe_reader{w.first.actor});
  CHECK(w.first.slices() == 0);
  auto& other = w.make_consumer();
  w.tell(other, read_demand{5});
  CHECK(w.first.slices() == 0);
  w.tell(read_demand{1});
  CHECK(w.first.slices() == 1);
  caf::anon_send(w.actor, read_demand{1});
  w.run();
  CHECK(w.first.slices() == 2);
}

TEST_CASE("ends and gaps come between slices, and the end of all last", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten(), true);
  w.store.change([](auto& all) { all.begin()->second.start = 96; });
  w.start();
  w.tell(read_demand{100});
  const auto& got = w.first.box->got;
  REQUIRE(got.size() == 5);
  CHECK(std::holds_alternative<gap_delivered>(got[0]));
  CHECK(w.first.last<gap_delivered>().gap == segment_gap{test_segment(), 0, 96});
  CHECK(std::holds_alternative<slice_delivered>(got[1]));
  CHECK(std::holds_alternative<slice_delivered>(got[2]));
  CHECK(w.first.last<segment_ended>().end == segment_end{test_segment(), 120, true});
  CHECK(w.first.got() == numbers{1, 2, 3, 4});
  const auto& last = std::get<reader_ended>(got[4]);
  CHECK(last.outcome);
  CHECK(last.position.offsets == offsets{{{0, 0}, 0}});
}

TEST_CASE("the end of all comes without demand", "[delivery]") {
  delivery_world w;
  w.add_segment(0, events({"0000"}), true);
  w.start();
  w.tell(read_demand{1});
  CHECK_FALSE(w.first.ended());
  w.tell(read_demand{1});
  CHECK(w.first.box->count<segment_ended>() == 1);
  CHECK(w.first.ended());
}

TEST_CASE("the position moves behind what is released, not behind what is delivered",
          "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{3});
  // They may still lie in the subscriber's mailbox.
  CHECK(w.released() == offsets{{{0, 0}, 0}});
  CHECK(w.read() == offsets{{{0, 0}, 36}});
  const auto answer = w.ask<items_released>(release_through{2});
  CHECK(answer.outcome);
  CHECK(answer.through == 2);
  CHECK(w.released() == offsets{{{0, 0}, 24}});
  w.tell(read_demand{1});
  const auto closed = w.ask<reader_closed>(close_reader{});
  CHECK(closed.outcome);
  CHECK(closed.position.offsets == offsets{{{0, 0}, 24}});
}

TEST_CASE("releasing what was never delivered is refused, and again has no effect",
          "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{3});
  const auto ahead = w.ask<items_released>(release_through{4});
  REQUIRE_FALSE(ahead.outcome);
  CHECK(ahead.outcome.error() == errc::invalid_argument);
  CHECK(ahead.through == 0);
  CHECK(w.ask<items_released>(release_through{3}).through == 3);
  for (const std::uint64_t number : {3, 1, 0}) {
    const auto again = w.ask<items_released>(release_through{number});
    CHECK(again.outcome);
    CHECK(again.through == 3);
  }
  CHECK(w.released() == offsets{{{0, 0}, 36}});
}

TEST_CASE("successors are delivered while the position waits for the release", "[delivery]") {
  delivery_world w;
  w.add_segment(0, events({"0000"}), true);
  w.add_successor(1, events({"1111"}), {0}, false);
  w.start();
  w.tell(read_demand{2});
  w.run();
  CHECK(w.first.got() == numbers{1, 2, 3});
  CHECK(w.released() == offsets{{{0, 0}, 0}});
  CHECK(w.read() == offsets{{{1, 0}, 12}});
  w.tell(release_through{2});
  CHECK(w.released() == offsets{{{1, 0}, 0}});
  w.tell(release_through{3});
  CHECK(w.released() == offsets{{{1, 0}, 12}});
}

TEST_CASE("a subscriber that releases nothing gets no more than the limit", "[delivery]") {
  delivery_world w;
  w.setup.unreleased_bytes_max = 3 * limits::reader_unreleased_item_bytes_least;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{100});
  CHECK(w.first.slices() == 3);
  const auto status = w.ask<reader_status>(get_reader_status{});
  CHECK(status.last_delivered == 3);
  CHECK(status.last_released == 0);
  CHECK(status.unreleased_bytes == 3 * limits::reader_unreleased_item_bytes_least);
  w.tell(release_through{2});
  CHECK(w.first.slices() == 5);
}

TEST_CASE("the reader's actor tells its status", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{2});
  w.tell(release_through{1});
  const auto status = w.ask<reader_status>(get_reader_status{});
  CHECK(status.slices == 2);
  CHECK(status.events == 2);
  CHECK(status.state == "open");
  CHECK(status.segments.size() == 1);
  CHECK(status.last_delivered == 2);
  CHECK(status.last_released == 1);
}
