// Subscribers that come and go: nothing that was delivered and not released is lost.
#include "unit/reader/delivery_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

namespace {

using offsets = delivery_world::offsets;
using numbers = delivery_world::numbers;

}  // namespace

TEST_CASE("the successor of a subscriber that died gets what was not released", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{5});
  w.tell(release_through{2});
  w.crash(w.first);
  auto& next = w.make_consumer();
  w.tell(next, subscribe_reader{next.actor});
  CHECK(next.box->got.empty());
  w.tell(next, read_demand{2});
  CHECK(next.got() == numbers{3, 4});
  CHECK(payloads_of(next.last<slice_delivered>().slice) == std::vector<std::string>{"3333"});
  w.tell(next, read_demand{2});
  CHECK(next.got() == numbers{3, 4, 5, 6});
  w.tell(next, release_through{6});
  w.tell(next, get_position{});
  CHECK(next.last<reader_position>().released.offsets == offsets{{{0, 0}, 72}});
}

TEST_CASE("a later subscriber takes over, and the earlier one gets no more", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{2});
  auto& other = w.make_consumer();
  w.tell(other, subscribe_reader{other.actor, 3});
  CHECK(other.got() == numbers{1, 2, 3});
  CHECK(w.first.got() == numbers{1, 2});
  // Its late demand is not the other one's.
  w.tell(read_demand{5});
  CHECK(other.got() == numbers{1, 2, 3});
  // What it says it has processed is.
  w.tell(release_through{2});
  w.tell(subscribe_reader{w.first.actor, 1});
  CHECK(w.first.got() == numbers{1, 2, 3});
}

TEST_CASE("the end of an earlier subscriber does not end the later subscription",
          "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  auto& other = w.make_consumer();
  w.tell(other, subscribe_reader{other.actor});
  w.crash(w.first);
  w.tell(other, read_demand{1});
  CHECK(other.slices() == 1);
}

TEST_CASE("an empty handle ends the subscription", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{1});
  w.tell(subscribe_reader{});
  w.tell(read_demand{1});
  CHECK(w.first.slices() == 1);
  w.tell(subscribe_reader{w.first.actor, 1});
  CHECK(w.first.got() == numbers{1, 1});
}

TEST_CASE("ends are delivered again, too, and the end of all comes behind them", "[delivery]") {
  delivery_world w;
  w.add_segment(0, events({"0000", "1111"}), true);
  w.start();
  w.tell(read_demand{10});
  CHECK(w.first.ended());
  w.crash(w.first);
  auto& next = w.make_consumer();
  w.tell(next, subscribe_reader{next.actor, 1});
  CHECK(next.got() == numbers{1});
  CHECK_FALSE(next.ended());
  w.tell(next, read_demand{2});
  CHECK(next.got() == numbers{1, 2, 3});
  REQUIRE(next.ended());
  CHECK(next.last<reader_ended>().outcome);
  w.tell(next, release_through{3});
  w.tell(next, close_reader{});
  CHECK(next.last<reader_closed>().position.offsets == offsets{{{0, 0}, 24}});
}

TEST_CASE("what was delivered before a failure is delivered again after it", "[delivery]") {
  delivery_world w;
  w.add_segment(0, events({"0000"}), true);
  auto inner = *w.on_call;
  *w.on_call = [&](const controller::request& what) -> result<controller::reply> {
    if (what.holds<controller::get_successors>()) return errc::stream_not_found;
    return inner(what);
  };
  w.start();
  w.tell(read_demand{2});
  REQUIRE(w.first.ended());
  w.crash(w.first);
  auto& next = w.make_consumer();
  w.tell(next, subscribe_reader{next.actor, 2});
  CHECK(next.got() == numbers{1, 2});
  REQUIRE(next.ended());
  CHECK(next.last<reader_ended>().outcome.error() == errc::stream_not_found);
}

TEST_CASE("subscribers that crash at any item lose none", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.open();
  std::vector<std::string> processed;
  for (std::size_t demand = 1; processed.size() < 10; ++demand) {
    REQUIRE(demand < 20);
    auto& next = w.make_consumer();
    w.tell(next, subscribe_reader{next.actor, demand});
    // Only the first item gets processed before the crash; the others are in the mailbox.
    REQUIRE(next.slices() > 0);
    const auto& item = std::get<slice_delivered>(next.box->got.front());
    for (auto& each : payloads_of(item.slice))
      processed.push_back(each);
    w.tell(next, release_through{item.number});
    w.crash(next);
  }
  CHECK(processed == std::vector<std::string>{"0000", "1111", "2222", "3333", "4444", "5555",
                                              "6666", "7777", "8888", "9999"});
}
