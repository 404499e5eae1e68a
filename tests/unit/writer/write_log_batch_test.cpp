// Batches: events that are stored all or not at all.
#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"
#include "unit/writer/write_log_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

namespace {

result<event_ticket> add_batch(log_rig& r, const texts& events, std::size_t at = 0) {
  std::vector<byte_view> views;
  for (const auto& each : events)
    views.push_back(as_bytes(each));
  return r.log->add_batch(r.key(at), views, r.outcomes.sink());
}

}  // namespace

TEST_CASE("a batch travels in one block and completes once", "[write_log]") {
  log_rig r;
  r.connect();
  CHECK(r.write("first") == 1);
  CHECK(r.peer.take()->events() == texts{"first"});
  CHECK(add_batch(r, {"a", "", "c"}).value_or(0) == 4);
  CHECK(r.write("last") == 5);
  r.ack(1);
  const auto block = r.peer.take();
  CHECK(block->events() == texts{"a", "", "c", "last"});
  CHECK(block->block().num_events == 4);
  CHECK(block->block().last_event_number == 5);
  r.ack(5);
  CHECK(r.outcomes.told == texts{"1 ok", "4 ok", "5 ok"});
}

TEST_CASE("a batch is not divided by the size of a block", "[write_log]") {
  auto options = log_rig::small();  // blocks of 200 bytes
  options.outstanding_bytes_max = 10'000;
  log_rig r{1, options};
  REQUIRE(r.write("x") == 1);
  texts large;
  for (int i = 0; i < 12; ++i)
    large.push_back(std::string(50, static_cast<char>('a' + i)));
  REQUIRE(add_batch(r, large).value_or(0) == 13);
  REQUIRE(r.write("y") == 14);
  r.connect();
  CHECK(r.peer.take()->events() == texts{"x"});
  r.ack(1);
  CHECK(r.peer.take()->events() == large);
  r.ack(13);
  CHECK(r.peer.take()->events() == texts{"y"});
}

TEST_CASE("a batch that is not stored is told as a whole", "[write_log]") {
  log_rig r;
  REQUIRE(add_batch(r, {"a", "b"}).value_or(0) == 2);
  r.connect();
  REQUIRE(add_batch(r, {"c", "d"}).value_or(0) == 4);
  r.cut();
  r.log->fail(error{errc::cancelled, "told by the test"});
  CHECK(r.outcomes.told == texts{"2 outcome_unknown", "4 not_written"});
}

TEST_CASE("a batch stays whole when its segment is replaced", "[write_log]") {
  log_rig r{2};
  REQUIRE(r.write("old", 0) == 1);
  REQUIRE(add_batch(r, {"a", "b", "c"}, 0).value_or(0) == 4);
  REQUIRE(r.write("new", 0) == 5);
  REQUIRE(r.channels[0]->finalize(r.generations[0], nothing_stored));
  r.channels[0]->hand_over(r.generations[0], {{{{7, 1}, {0.0, 0.5}}, {{0, 0}}}}, "token");
  REQUIRE(r.channels.size() == 3);
  r.connect(2);
  const auto block = r.peer.take();
  CHECK(block->block().writer_id == uuid{9, 2});
  CHECK(block->events() == texts{"old", "a", "b", "c", "new"});
  r.ack(5, 2);
  CHECK(r.outcomes.told == texts{"1 ok", "4 ok", "5 ok"});

  // Also when the successor's open block has no room for all of it.
  const auto large = std::string(60, 'x');
  REQUIRE(add_batch(r, {large, large, large, large}, 0).value_or(0) == 9);
  REQUIRE(r.channels[2]->finalize(r.generations[2], 5));
  r.channels[2]->hand_over(r.generations[2], {{{{8, 2}, {0.0, 0.5}}, {{7, 1}}}}, "token");
  r.connect(3);
  (void)r.peer.take();  // on the segment before
  CHECK(r.peer.take()->events() == texts{large, large, large, large});
}

TEST_CASE("what a batch may be", "[write_log]") {
  auto options = log_rig::small();
  options.outstanding_bytes_max = 64u << 20;
  options.block_bytes_max = 1u << 20;
  log_rig r{1, options};
  CHECK(add_batch(r, {}).error() == errc::invalid_argument);
  const std::string half(limits::batch_bytes_max / 2 - 8, 'x');
  const auto large = add_batch(r, {half, half + "xx"});
  REQUIRE_FALSE(large);
  CHECK(large.error() == errc::event_too_large);
  CHECK(large.error().subject() == "scope/stream");
  CHECK(add_batch(r, {std::string(limits::event_payload_bytes_max + 1, 'x')}).error() ==
        errc::event_too_large);
  REQUIRE(add_batch(r, {half, half + "x"}).value_or(0) == 2);
  r.connect();
  CHECK(r.peer.take()->events().size() == 2);
}

TEST_CASE("the limits of a writer count every event of a batch", "[write_log]") {
  log_rig r;  // 1,000 bytes, 20 events
  CHECK(add_batch(r, {"12345678", "12345678", ""}));
  CHECK(r.log->status().outstanding_bytes == 3 * 24 + 16);
  CHECK(add_batch(r, texts(18, "")).error() == errc::would_block);
  CHECK(add_batch(r, {std::string(900, 'x')}).error() == errc::would_block);
  int roomy = 0;
  r.log->when_writable(
      0, [&] { ++roomy; }, 18);
  CHECK(roomy == 0);
  r.connect();
  r.ack(3);
  CHECK(roomy == 1);
  // Larger than a limit by itself: taken when nothing else is there.
  CHECK(add_batch(r, texts(30, "")).value_or(0) == 33);
  CHECK(r.try_write(0).error() == errc::would_block);
  r.ack(33);
  CHECK(r.outcomes.told == texts{"3 ok", "33 ok"});
}
