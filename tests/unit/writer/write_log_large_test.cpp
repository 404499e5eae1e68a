// Large events in a writer's log: limits, room, copies, seals.
#include "support/catch.hpp"
#include "unit/writer/write_log_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

writer_options with_large(std::size_t above = 100, std::size_t most = 5000) {
  auto options = log_rig::small();
  options.large_events = large_event_options{most, above, 1000, 4};
  return options;
}

keyed_event event_of(std::size_t bytes) {
  return {std::string(bytes, 'e'), "key"};
}

}  // namespace

TEST_CASE("an event above the limit names the option", "[write_log]") {
  SECTION("that it needs") {
    log_rig r;
    const auto refused = r.try_write(limits::event_payload_bytes_max + 1);
    CHECK(refused.error() == errc::event_too_large);
    CHECK(refused.error().detail() ==
          "8388609 bytes; more than 8388608 need writer_options::large_events");
    CHECK(refused.error().subject() == "scope/stream");
  }
  SECTION("that is too small") {
    log_rig r{1, with_large()};
    const auto refused = r.try_write(5001);
    CHECK(refused.error() == errc::event_too_large);
    CHECK(refused.error().detail() == "5001 bytes; writer_options::large_events allows 5000");
    const std::vector<keyed_event> one{event_of(5001)};
    CHECK(r.log->add_all(one, {}).error() == errc::event_too_large);
  }
}

TEST_CASE("a payload above the threshold becomes a large event", "[write_log]") {
  log_rig r{1, with_large()};
  r.connect();
  REQUIRE(r.try_write(100));
  CHECK(r.peer.take()->type == wire::append_block_end::code);
  r.ack(1);
  REQUIRE(r.try_write(101));
  CHECK(r.peer.take()->type == wire::create_transient_segment::code);
}

TEST_CASE("a large event that is larger than the limit enters an empty writer only",
          "[write_log]") {
  log_rig r{1, with_large()};
  r.connect();
  REQUIRE(r.try_write(1));
  CHECK(r.try_write(2000).error() == errc::would_block);
  r.ack(1);
  REQUIRE(r.try_write(2000));
  CHECK(r.log->status().outstanding_bytes == 2024);
  CHECK(r.try_write(1).error() == errc::would_block);
}

TEST_CASE("one that waits with a reservation keeps others out until it was there",
          "[write_log]") {
  log_rig r{1, with_large()};
  r.connect();
  REQUIRE(r.try_write(1));
  bool ready = false;
  auto room = write_room::of(2000, 1);
  (void)r.log->reserve(room, [&] { ready = true; });
  CHECK(r.try_write(1).error() == errc::would_block);
  CHECK_FALSE(ready);
  r.ack(1);
  REQUIRE(ready);
  CHECK(r.try_write(1).error() == errc::would_block);
  const std::string large(2000, 'L');
  REQUIRE(r.log->add(std::string_view{"key"}, as_bytes(large), r.outcomes.sink(), &room));
  CHECK(room.empty());
}

TEST_CASE("the payload of a message is not copied", "[write_log]") {
  log_rig r{1, with_large()};
  const auto payload = shared_bytes::copy_of(as_bytes(std::string(500, 'p')));
  REQUIRE(r.log->add(std::nullopt, payload, {}));
  CHECK(payload.owner.use_count() == 2);
  const auto small = shared_bytes::copy_of(as_bytes("small"));
  REQUIRE(r.log->add(std::nullopt, small, {}));
  CHECK(small.owner.use_count() == 1);
}

TEST_CASE("events that are written together may be large", "[write_log]") {
  log_rig r{1, with_large()};
  r.connect();
  const std::vector<keyed_event> all{event_of(10), event_of(500), event_of(10)};
  const auto last = r.log->add_all(all, r.outcomes.sink());
  REQUIRE(last);
  CHECK(*last == 3);
  CHECK(r.peer.take()->type == wire::append_block_end::code);
  r.ack(1);
  CHECK(r.peer.take()->type == wire::create_transient_segment::code);
}

TEST_CASE("an atomic batch takes no large event", "[write_log]") {
  auto options = with_large(100, limits::large_event_bytes_max);
  options.outstanding_bytes_max = 64u << 20;
  log_rig r{1, options};
  const std::string large(limits::event_payload_bytes_max + 1, 'L');
  const std::vector<byte_view> events{as_bytes(large)};
  CHECK(r.log->add_batch("key", events, {}).error() == errc::event_too_large);
  // What one append takes is no large event there.
  const std::vector<byte_view> fits{as_bytes(large).first(500)};
  CHECK(r.log->add_batch("key", fits, {}));
}

TEST_CASE("a large event goes to the successors of its segment", "[write_log]") {
  log_rig r{1, with_large()};
  r.connect();
  const auto payload = shared_bytes::copy_of(as_bytes(std::string(500, 'p')));
  REQUIRE(r.log->add(std::string_view{"key"}, payload, r.outcomes.sink()));
  REQUIRE(r.try_write(10));
  CHECK(r.peer.take()->type == wire::create_transient_segment::code);
  REQUIRE(r.channels[0]->finalize(r.generations[0], nothing_stored));
  r.channels[0]->hand_over(r.generations[0], {{{{1, 1}, {0.0, 1.0}}, {{{0, 0}}}}}, "");
  REQUIRE(r.channels.size() == 2);
  r.connect(1);
  CHECK(r.peer.take()->type == wire::create_transient_segment::code);
  CHECK(payload.owner.use_count() == 2);
}

TEST_CASE("a large event whose merge was not begun is known not to be stored", "[write_log]") {
  log_rig r{1, with_large()};
  r.connect();
  const std::string large(500, 'L');
  REQUIRE(r.log->add(std::string_view{"key"}, as_bytes(large), r.outcomes.sink()));
  CHECK(r.peer.take()->type == wire::create_transient_segment::code);
  r.log->fail(errc::cancelled);
  CHECK(r.outcomes.told == texts{"1 not_written"});
}
