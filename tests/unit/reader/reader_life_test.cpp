// How and why the actor of a reader that is used by messages ends.
#include "unit/reader/delivery_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

namespace {

using offsets = delivery_world::offsets;

caf::behavior nothing_to_do(caf::event_based_actor*) {
  return {[](int) {}};
}

/// Its end lets the reader end.
struct owned_world : delivery_world {
  caf::actor owner = system.spawn(nothing_to_do);
  owned_world() { setup.owner = owner.address(); }
  ~owned_world() { end_owner(); }
  void end_owner() {
    caf::anon_send_exit(owner, caf::exit_reason::user_shutdown);
    run();
  }
};

}  // namespace

TEST_CASE("a reader that failed stays and answers until it is closed", "[reader_life]") {
  delivery_world w;
  errc expected = errc::internal_error;
  SECTION("the stream is gone") {
    w.add_segment(0, events({"0000"}), true);
    auto inner = *w.on_call;
    *w.on_call = [inner](const controller::request& what) -> result<controller::reply> {
      if (what.holds<controller::get_successors>()) return errc::stream_not_found;
      return inner(what);
    };
    expected = errc::stream_not_found;
  }
  SECTION("the supervisor gives up") {
    w.add_segment(0, events({"0000"}));
    w.setup.supervision.restarts_max = 2;
    expected = errc::retries_exhausted;
  }
  SECTION("the segment store sends nonsense") {
    auto bytes = events({"0000"});
    bytes.resize(64, std::byte{7});
    w.add_segment(0, bytes);
    expected = errc::protocol_violation;
  }
  w.start();
  w.tell(read_demand{2});
  REQUIRE(w.first.slices() == 1);
  if (expected == errc::retries_exhausted) {
    w.env->on_strike = [](std::string_view machine, std::string_view, strike_moment) {
      return machine == "segment_reader";
    };
    w.store.cut();
    w.run_for(seconds{1});
  }
  w.run();
  REQUIRE(w.first.box->count<reader_ended>() == 1);
  const auto ended = w.first.last<reader_ended>();
  REQUIRE_FALSE(ended.outcome);
  CHECK(ended.outcome.error() == expected);
  CHECK(ended.position.offsets == offsets{{{0, 0}, 0}});
  CHECK_FALSE(w.down);
  CHECK(w.ask<items_released>(release_through{1}).outcome);
  CHECK(w.released() == offsets{{{0, 0}, 12}});
  CHECK(w.ask<reader_status>(get_reader_status{}).state == "failed");
  const auto closed = w.ask<reader_closed>(close_reader{});
  REQUIRE_FALSE(closed.outcome);
  CHECK(closed.outcome.error() == expected);
  CHECK(closed.position.offsets == offsets{{{0, 0}, 12}});
  w.run();
  CHECK(w.down);
  CHECK(w.exit_code == expected);
}

TEST_CASE("a reader that has read everything stays until it is closed", "[reader_life]") {
  delivery_world w;
  w.add_segment(0, events({"0000"}), true);
  w.start();
  const auto before = w.system.registry().running();
  w.tell(read_demand{2});
  REQUIRE(w.first.ended());
  w.run();
  CHECK_FALSE(w.down);
  // Its supervisor is not needed any more.
  CHECK(w.system.registry().running() < before);
  CHECK(w.ask<reader_status>(get_reader_status{}).state == "ended");
  w.tell(release_through{2});
  const auto closed = w.ask<reader_closed>(close_reader{});
  CHECK(closed.outcome);
  CHECK(closed.position.offsets == offsets{{{0, 0}, 12}});
  CHECK(w.down);
  CHECK_FALSE(w.exit_code);
}

TEST_CASE("closing tells the subscriber and ends every actor of the reader", "[reader_life]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.add_segment(1, ten());
  const auto before = w.system.registry().running();
  w.start();
  w.tell(read_demand{2});
  const auto closed = w.ask<reader_closed>(close_reader{});
  CHECK(closed.outcome);
  REQUIRE(w.first.box->count<reader_ended>() == 1);
  CHECK(w.first.last<reader_ended>().outcome.error() == errc::closed);
  CHECK(w.down);
  CHECK_FALSE(w.exit_code);
  CHECK(w.system.registry().running() == before);
}

TEST_CASE("a subscriber learns that the reader was killed", "[reader_life]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{2});
  w.tell(release_through{1});
  caf::anon_send_exit(w.actor, caf::exit_reason::kill);
  w.run();
  REQUIRE(w.first.box->count<reader_ended>() == 1);
  const auto ended = w.first.last<reader_ended>();
  CHECK(ended.outcome.error() == errc::actor_terminated);
  CHECK(ended.position.offsets == offsets{{{0, 0}, 12}});
}

TEST_CASE("a reader ends with its owner", "[reader_life]") {
  owned_world w;
  w.add_segment(0, ten());
  SECTION("while it reads") {
    w.start();
    w.end_owner();
    CHECK(w.first.last<reader_ended>().outcome.error() == errc::closed);
  }
  SECTION("when everything is read") {
    w.store.put(test_segment(0), events({"0000"}), true);
    w.start();
    w.tell(read_demand{2});
    CHECK(w.first.last<reader_ended>().outcome);
    w.end_owner();
  }
  SECTION("while it is opened") {
    *w.on_call = [](const controller::request&) -> result<controller::reply> {
      return errc::actor_terminated;
    };
    w.spawn();
    w.jobs.run();
    w.end_owner();
    CHECK(w.open_error() == errc::closed);
  }
  SECTION("when it has ended before") {
    w.end_owner();
    w.spawn();
    w.run();
    CHECK(w.open_error() == errc::closed);
  }
  CHECK(w.down);
}

TEST_CASE("one actor may be owner and subscriber", "[reader_life]") {
  delivery_world w;
  w.setup.owner = w.first.actor.address();
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{1});
  CHECK(w.first.slices() == 1);
  w.crash(w.first);
  CHECK(w.down);
}

TEST_CASE("a reader without an owner outlives its subscribers", "[reader_life]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.crash(w.first);
  CHECK_FALSE(w.down);
}
