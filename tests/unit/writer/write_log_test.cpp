#include "writer/write_log.hpp"

#include <set>

#include "support/catch.hpp"
#include "unit/writer/write_log_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("a writer that is not open yet takes nothing", "[write_log]") {
  log_rig r{1, log_rig::small(), false};
  const auto early = r.try_write(1);
  REQUIRE_FALSE(early);
  CHECK(early.error() == errc::closed);
  CHECK(early.error().subject() == "scope/stream");
  CHECK(r.log->status().state == "opening");
  r.open();
  CHECK(r.try_write(1));
  CHECK(r.log->status().state == "open");
}

TEST_CASE("events get tickets in order and complete when they are durable", "[write_log]") {
  log_rig r;
  r.connect();
  CHECK(r.write("one") == 1);
  CHECK(r.write("two") == 2);
  CHECK(r.peer.take()->events() == texts{"one"});
  CHECK(r.outcomes.told.empty());
  r.ack(1);
  CHECK(r.outcomes.told == texts{"1 ok"});
  CHECK(r.outcomes.results[0].durable);
  CHECK(r.peer.take()->events() == texts{"two"});
  r.ack(2);
  CHECK(r.outcomes.told == texts{"1 ok", "2 ok"});
  const auto reached = r.log->progress();
  CHECK(reached.durable_through == 2);
  CHECK(reached.last_written == 2);
}

TEST_CASE("events complete in the writer's order over several segments", "[write_log]") {
  log_rig r{3};
  r.connect_all();
  r.write("1", 0);
  r.write("2", 1);
  r.write("3", 2);
  r.write("4", 1);
  r.ack(1, 1);
  CHECK(r.outcomes.told.empty());
  r.ack(1, 2);
  r.ack(2, 1);
  CHECK(r.outcomes.told.empty());
  CHECK(r.log->progress().durable_through == 0);
  r.ack(1, 0);
  CHECK(r.outcomes.told == texts{"1 ok", "2 ok", "3 ok", "4 ok"});
}

TEST_CASE("events of one key go to one segment, others everywhere", "[write_log]") {
  auto options = log_rig::small();
  options.outstanding_bytes_max = 100'000;
  options.outstanding_events_max = 1000;
  log_rig r{4, options};
  r.connect_all();
  for (int i = 0; i < 5; ++i)
    r.write("x", 2);
  for (const auto& frame : r.peer.take_all())
    CHECK(frame.block().writer_id == uuid{9, 2});
  std::set<std::uint64_t> used;
  for (int i = 0; i < 200; ++i)
    REQUIRE(r.try_write(0));
  for (const auto& frame : r.peer.take_all())
    used.insert(frame.block().writer_id.lsb);
  CHECK(used == std::set<std::uint64_t>{0, 1, 3});  // the third still has one in flight
}

TEST_CASE("an event's size: 0 bytes and the limit are taken, more is refused", "[write_log]") {
  auto options = log_rig::small();
  options.outstanding_bytes_max = 64u << 20;
  options.block_bytes_max = 1u << 20;
  log_rig r{1, options};
  r.connect();
  CHECK(r.try_write(0));
  const auto large = r.try_write(limits::event_payload_bytes_max + 1);
  REQUIRE_FALSE(large);
  CHECK(large.error() == errc::event_too_large);
  CHECK(large.error().subject() == "scope/stream");
  CHECK(large.error().detail().starts_with("8388609 bytes"));
  CHECK(r.try_write(limits::event_payload_bytes_max));
  CHECK(r.log->progress().last_written == 2);
  CHECK(r.peer.take()->events() == texts{""});
  r.ack(1);
  CHECK(r.peer.take()->events().front().size() == limits::event_payload_bytes_max);
  r.ack(2);
  CHECK(r.outcomes.told == texts{"1 ok", "2 ok"});
}

TEST_CASE("the limit of outstanding bytes holds", "[write_log]") {
  log_rig r;
  std::size_t taken = 0;
  for (;;) {
    auto added = r.try_write(76);  // counts 100
    if (!added) {
      CHECK(added.error() == errc::would_block);
      break;
    }
    ++taken;
    CHECK(r.log->status().outstanding_bytes == taken * 100);
  }
  CHECK(taken == 10);
  CHECK_FALSE(r.try_write(0));
  r.connect();
  r.ack(2);  // blocks of two events
  CHECK(r.log->status().outstanding_bytes == 800);
  CHECK(r.try_write(176));
  CHECK_FALSE(r.try_write(0));
}

TEST_CASE("an event larger than the limit is taken when nothing else is there", "[write_log]") {
  log_rig r;
  CHECK(r.try_write(5000));
  CHECK_FALSE(r.try_write(0));
  r.connect();
  r.ack(1);
  CHECK(r.try_write(0));
  CHECK_FALSE(r.try_write(5000));
}

TEST_CASE("the limit of events counts what is not completed", "[write_log]") {
  log_rig r{2};
  r.connect_all();
  r.write("first", 0);
  for (int i = 0; i < 19; ++i)
    r.write("", 1);
  CHECK(r.try_write(0).error() == errc::would_block);
  r.ack(1, 1);
  r.ack(8, 1);
  // Durable, but behind the first: the room comes with completion.
  CHECK(r.try_write(0).error() == errc::would_block);
  r.ack(1, 0);
  CHECK(r.try_write(0));
}

TEST_CASE("waiters for room are served in order, by what there really is", "[write_log]") {
  log_rig r;
  std::vector<int> served;
  texts refused;
  const auto waiter = [&](int name, std::size_t bytes) {
    r.log->when_writable(bytes, [&, name, bytes] {
      served.push_back(name);
      if (!r.try_write(bytes)) refused.push_back(std::to_string(name));
    });
  };
  for (int i = 0; i < 5; ++i)
    REQUIRE(r.try_write(176));  // counts 200, a block each
  waiter(1, 176);
  waiter(2, 676);
  waiter(3, 76);
  CHECK(served.empty());
  r.connect();
  r.ack(1);
  CHECK(served.empty());  // 200 of 1000 free: less than a quarter
  r.ack(2);
  CHECK(served == std::vector<int>{1});  // the second has no room, the third waits behind it
  r.ack(4);
  CHECK(served == std::vector<int>{1});
  r.ack(5);
  CHECK(served == std::vector<int>{1, 2});
  r.ack(6);
  CHECK(served == std::vector<int>{1, 2, 3});
  CHECK(refused.empty());
}

TEST_CASE("a waiter that has room already is called at once", "[write_log]") {
  log_rig r;
  int called = 0;
  r.log->when_writable(10, [&] { ++called; });
  CHECK(called == 1);
  CHECK(r.log->status().outstanding_bytes == 0);
}

TEST_CASE("a waiter that gave up is forgotten and blocks nobody", "[write_log]") {
  log_rig r;
  for (int i = 0; i < 5; ++i)
    REQUIRE(r.try_write(176));
  int first = 0;
  int second = 0;
  const auto number = r.log->when_writable(976, [&] { ++first; });
  r.log->when_writable(76, [&] { ++second; });
  r.log->forget_waiter(number);
  r.log->forget_waiter(number);
  r.log->forget_waiter(12345);
  r.connect();
  r.ack(1);
  r.ack(2);
  CHECK(first == 0);
  CHECK(second == 1);
}

TEST_CASE("waiters that do not write do not keep the others waiting", "[write_log]") {
  log_rig r;
  for (int i = 0; i < 5; ++i)
    REQUIRE(r.try_write(176));
  int called = 0;
  for (int i = 0; i < 50; ++i)
    r.log->when_writable(900, [&] { ++called; });
  r.connect();
  for (std::int64_t number = 1; number <= 5; ++number)
    r.ack(number);
  CHECK(called == 50);
}

TEST_CASE("progress is told after each change, cumulatively", "[write_log]") {
  log_rig r;
  r.connect();
  std::vector<event_ticket> reached;
  r.log->on_progress([&](const writer_progress& p) { reached.push_back(p.durable_through); });
  r.write("a");
  r.write("b");
  r.write("c");
  r.ack(1);
  r.ack(3);
  CHECK(reached == std::vector<event_ticket>{1, 3});
  r.log->on_progress(nullptr);
  r.write("d");
  r.ack(4);
  CHECK(reached.size() == 2);
}

TEST_CASE("completions may write and flush, and order holds", "[write_log]") {
  log_rig r;
  r.connect();
  int flushed = 0;
  auto added = r.log->add(std::nullopt, as_bytes("first"), [&](const write_result&) {
    r.write("second");
    r.write("third");
    r.log->flush([&](const result<void>& outcome) { flushed += outcome ? 1 : 100; });
  });
  REQUIRE(added);
  r.ack(1);
  CHECK(r.log->progress().last_written == 3);
  CHECK(flushed == 0);
  r.ack(2);
  r.ack(3);
  CHECK(r.outcomes.told == texts{"2 ok", "3 ok"});
  CHECK(flushed == 1);
}

TEST_CASE("events may go without a completion", "[write_log]") {
  log_rig r;
  r.connect();
  REQUIRE(r.log->add(std::nullopt, as_bytes("quiet"), {}));
  r.write("told");
  r.ack(1);
  r.ack(2);
  CHECK(r.outcomes.told == texts{"2 ok"});
}

TEST_CASE("a flush covers what was written before it", "[write_log]") {
  log_rig r;
  texts told;
  const auto flush = [&](const std::string& name) {
    r.log->flush([&told, name](const result<void>& outcome) {
      told.push_back(name + (outcome ? " ok" : " failed"));
    });
  };
  flush("nothing");
  CHECK(told == texts{"nothing ok"});
  r.connect();
  r.write("a");
  flush("a");
  r.write("b");
  flush("b");
  CHECK(told.size() == 1);
  r.ack(1);
  CHECK(told.back() == "a ok");
  r.ack(2);
  CHECK(told.back() == "b ok");
}

TEST_CASE("the status tells of segments and of what is being mended", "[write_log]") {
  log_rig r{2};
  r.connect(0);
  r.write("a", 0);
  r.write("b", 1);
  r.log->on_trouble(error{errc::segment_store_unreachable, "refused"});
  auto status = r.log->status();
  CHECK(status.stream == scoped_stream{"scope", "stream"});
  CHECK(status.last_written == 2);
  CHECK(status.outstanding_bytes == 2 * 25);
  CHECK(status.last_failure.find("refused") != std::string::npos);
  REQUIRE(status.segments.size() == 2);
  CHECK(status.segments[0].segment == "scope/stream/0.#epoch.0");
  CHECK(status.segments[0].connected);
  CHECK(status.segments[0].peer == "store:12345");
  CHECK(status.segments[0].blocks_in_flight == 1);
  CHECK(status.segments[1].events_pending == 1);
  CHECK_FALSE(status.segments[1].connected);
  r.ack(1, 0);
  status = r.log->status();
  CHECK(status.durable_through == 1);
  CHECK(status.blocks_acknowledged == 1);
  CHECK(status.last_failure.empty());
}

TEST_CASE("a sealed segment's events go to its successors, in order, behind what was stored",
          "[write_log]") {
  log_rig r{1};
  r.connect();
  r.write("one");
  r.write("two");
  r.write("three");
  r.ack(1);
  CHECK(r.outcomes.told == texts{"1 ok"});
  auto& sealed = *r.channels[0];
  REQUIRE(sealed.finalize(r.generations[0], 1));
  const segment_id id{0, 0};
  sealed.hand_over(r.generations[0],
                   {{{{1, 1}, {0.0, 0.5}}, {id}}, {{{2, 1}, {0.5, 1.0}}, {id}}}, "token");
  CHECK(r.added ==
        std::vector<std::pair<std::string, std::string>>{{"scope/stream/1.#epoch.1", "token"},
                                                         {"scope/stream/2.#epoch.1", "token"}});
  CHECK(sealed.retired());
  CHECK(sealed.look().events_pending == 0);
  const auto low = r.channels[1]->look().events_pending;
  CHECK(low + r.channels[2]->look().events_pending == 2);
  // Its actor may die before it ends: the next incarnation has nothing to do.
  sealed.hand_over(r.generations[0], {{{{1, 1}, {0.0, 1.0}}, {id}}}, "token");
  CHECK(r.added.size() == 2);
  const auto status = r.log->status();
  CHECK(status.segments.size() == 2);
  CHECK(status.outstanding_bytes == 2 * 24 + std::string{"twothree"}.size());
}

TEST_CASE("successors that leave a gap end the writer, and nothing is unknown", "[write_log]") {
  log_rig r{1};
  r.connect();
  r.write("one");
  REQUIRE(r.channels[0]->finalize(r.generations[0], nothing_stored));
  r.channels[0]->hand_over(r.generations[0], {{{{1, 1}, {0.0, 0.5}}, {{0, 0}}}}, "");
  CHECK(r.outcomes.told == texts{"1 not_written"});
  CHECK(r.log->add(std::nullopt, as_bytes("late"), {}).error() == errc::protocol_violation);
}

TEST_CASE("a waiter that gives up makes way for the next", "[write_log]") {
  log_rig r;
  r.connect();
  for (int i = 0; i < 5; ++i)
    REQUIRE(r.try_write(176));
  texts told;
  const auto first = r.log->when_writable(900, [&] { told.emplace_back("first"); });
  r.log->when_writable(100, [&] { told.emplace_back("second"); });
  r.ack(1);
  r.ack(2);
  CHECK(told.empty());
  r.log->forget_waiter(first);
  CHECK(told == texts{"second"});
}
