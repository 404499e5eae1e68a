// The handle: calls that wait, calls that must not, and the empty handle.
#include "pravega_actor/event_writer.hpp"
#include "core/access.hpp"

#include <thread>

#include "support/catch.hpp"
#include "unit/writer/write_log_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("an empty handle answers closed", "[event_writer]") {
  event_writer none;
  CHECK_FALSE(none.valid());
  CHECK(none.try_write(as_bytes("x")).error() == errc::closed);
  CHECK(none.try_write("key", as_bytes("x")).error() == errc::closed);
  CHECK(none.write(as_bytes("x"), seconds{1}).error() == errc::closed);
  CHECK(none.write("key", as_bytes("x"), seconds{1}).error() == errc::closed);
  CHECK(none.flush(seconds{1}).error() == errc::closed);
  int called = 0;
  none.flush_async([&](const result<void>& r) { called += r ? 0 : 1; });
  none.when_writable(1, [&] { ++called; });
  none.close_async(seconds{1}, [&](const close_report&) { ++called; });
  none.on_progress([](const writer_progress&) {});
  CHECK(called == 3);
  CHECK(none.close(seconds{1}).outcome);
  CHECK(none.progress().last_written == 0);
  CHECK(none.status().state.empty());
}

TEST_CASE("the last handle may go in a callback", "[event_writer]") {
  log_rig r;
  r.connect();
  auto writer = access::make<event_writer>(r.log);
  REQUIRE(writer.close(seconds{20}).outcome);
  std::weak_ptr<write_log> log{r.log};
  r.log.reset();
  r.channels.clear();
  bool called = false;
  writer.flush_async([&](const result<void>&) {
    writer = {};
    called = true;
  });
  CHECK(called);
  CHECK(log.expired());
}

TEST_CASE("for ever is a time like any other", "[event_writer][threads]") {
  log_rig r;
  r.connect();
  auto writer = access::make<event_writer>(r.log);
  REQUIRE(writer.try_write(as_bytes("x")));
  std::thread store{[&] {
    std::this_thread::sleep_for(milliseconds{20});
    r.ack(1);
  }};
  CHECK(writer.flush(duration::max()));
  store.join();
  REQUIRE(writer.try_write(as_bytes("y")));
  std::thread later{[&] {
    std::this_thread::sleep_for(milliseconds{20});
    r.ack(2);
  }};
  CHECK(writer.close(duration::max()).outcome);
  later.join();
  CHECK(writer.flush(duration{-1}));
}

TEST_CASE("a write that waits goes on when there is room", "[event_writer][threads]") {
  log_rig r;
  r.connect();
  auto writer = access::make<event_writer>(r.log);
  for (int i = 0; i < 5; ++i)
    REQUIRE(writer.try_write(as_bytes(std::string(176, 'x'))));
  std::thread store{[&] {
    std::this_thread::sleep_for(milliseconds{20});
    for (std::int64_t number = 1; number <= 5; ++number)
      r.ack(number);
  }};
  const auto added = writer.write("key", as_bytes(std::string(900, 'y')), seconds{20});
  store.join();
  REQUIRE(added);
  CHECK(*added == 6);
  r.ack(6);
  CHECK(writer.flush(seconds{20}).has_value());
  CHECK(writer.close(seconds{20}).outcome);
}

TEST_CASE("a write that waits in vain says why, and leaves nothing behind", "[event_writer]") {
  log_rig r;
  auto writer = access::make<event_writer>(r.log);
  for (int i = 0; i < 5; ++i)
    REQUIRE(writer.try_write(as_bytes(std::string(176, 'x'))));
  r.log->on_trouble(
      error{errc::segment_store_unreachable, "refused"}.with_segment_store("store:12345"));
  bool called = false;
  const auto late = writer.write(as_bytes("y"), milliseconds{10},
                                 [&](const write_result&) { called = true; });
  REQUIRE_FALSE(late);
  CHECK(late.error() == errc::deadline_exceeded);
  CHECK(late.error().at() == stage::append);
  CHECK(late.error().segment_store() == "store:12345");
  CHECK(late.error().detail().find("refused") != std::string::npos);
  CHECK(writer.progress().last_written == 5);
  const auto unflushed = writer.flush(milliseconds{10});
  REQUIRE_FALSE(unflushed);
  CHECK(unflushed.error() == errc::deadline_exceeded);
  CHECK(unflushed.error().at() == stage::flush);
  CHECK_FALSE(called);
  r.log->fail(errc::cancelled);
}

TEST_CASE("a write that waits ends with the writer", "[event_writer][threads]") {
  log_rig r;
  auto writer = access::make<event_writer>(r.log);
  for (int i = 0; i < 5; ++i)
    REQUIRE(writer.try_write(as_bytes(std::string(176, 'x'))));
  std::thread killer{[&] {
    std::this_thread::sleep_for(milliseconds{20});
    r.log->fail(errc::retries_exhausted);
  }};
  const auto refused = writer.write(as_bytes("y"), seconds{20});
  killer.join();
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::retries_exhausted);
}

TEST_CASE("a close that waits in vain reports what is not durable", "[event_writer]") {
  log_rig r;
  r.connect();
  auto writer = access::make<event_writer>(r.log);
  REQUIRE(writer.try_write(as_bytes("x"), r.outcomes.sink()));
  const auto report = writer.close(milliseconds{10});
  REQUIRE_FALSE(report.outcome);
  CHECK(report.outcome.error() == errc::deadline_exceeded);
  CHECK(report.undurable == std::vector<undurable_range>{{1, 1, true}});
  CHECK(r.outcomes.told == texts{"1 outcome_unknown"});
  const auto again = writer.close(seconds{20});
  CHECK(again.outcome.error() == errc::deadline_exceeded);
  CHECK(again.undurable.size() == 1);
}

TEST_CASE("in a completion nothing waits", "[event_writer]") {
  log_rig r;
  r.connect();
  auto writer = access::make<event_writer>(r.log);
  texts told;
  const auto name = [&](const error& e) { told.emplace_back(to_string(e.code())); };
  REQUIRE(writer.try_write(as_bytes("x"), [&](const write_result&) {
    name(writer.flush(seconds{60}).error());
    for (int i = 0; i < 5; ++i)
      REQUIRE(writer.try_write(as_bytes(std::string(176, 'x'))));
    name(writer.write(as_bytes(std::string(500, 'y')), seconds{60}).error());
    const auto report = writer.close(seconds{60});
    name(report.outcome.error());
    CHECK(report.durable_through == 1);
    CHECK(report.last_written == 6);
  }));
  r.ack(1);
  CHECK(told == texts{"would_block", "would_block", "would_block"});
  for (std::int64_t number = 2; number <= 6; ++number)
    r.ack(number);
  CHECK(writer.status().state == "closed");
}

TEST_CASE("a completion that completes another writer's events is still a completion",
          "[event_writer]") {
  log_rig outer;
  log_rig inner;
  outer.connect();
  inner.connect();
  inner.write("inner");
  REQUIRE(outer.log->add(std::nullopt, as_bytes("outer"), [&](const write_result&) {
    inner.ack(1);
    CHECK(inner.outcomes.told == texts{"1 ok"});
    CHECK(write_log::inside_completion());
  }));
  outer.ack(1);
  CHECK_FALSE(write_log::inside_completion());
}
