// Room that is reserved, and events that are taken all or none.
#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "unit/writer/write_log_rig.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

std::vector<keyed_event> events(std::size_t n, std::size_t bytes = 1,
                                const std::optional<std::string>& key = std::nullopt) {
  std::vector<keyed_event> out;
  for (std::size_t i = 0; i < n; ++i)
    out.push_back({std::string(bytes, static_cast<char>('a' + i % 26)), key});
  return out;
}

texts pending_in(log_rig& r, std::size_t at = 0) {
  texts out;
  r.channels[at]->log().for_each_block([&](const append_block& block) {
    block.for_each([&](std::span<const event_mark>, std::span<const byte_view> payloads) {
      for (const auto& each : payloads)
        out.emplace_back(as_text(each));
    });
  });
  return out;
}

}  // namespace

TEST_CASE("reserved room is for its owner: others are refused", "[write_log]") {
  log_rig r;
  bool ready = false;
  auto room = write_room::of(376, 1);
  (void)r.log->reserve(room, [&] { ready = true; });
  REQUIRE(ready);
  REQUIRE(r.try_write(576));
  CHECK(r.try_write(1).error() == errc::would_block);
  CHECK(r.log->add(std::nullopt, as_bytes(std::string(376, 'x')), {}, &room));
  CHECK(room.empty());
  r.connect();
  r.ack(1);
  r.ack(2);
  CHECK(r.try_write(976));
}

TEST_CASE("a large request is not overtaken for ever by small ones", "[write_log]") {
  log_rig r;
  r.connect();
  for (int i = 0; i < 5; ++i)
    REQUIRE(r.try_write(176));
  auto room = write_room::of(776, 1);
  bool ready = false;
  (void)r.log->reserve(room, [&] { ready = true; });
  int small = 0;
  for (int i = 1; i <= 5; ++i) {
    r.ack(i);
    if (!ready && r.try_write(76)) ++small;
  }
  CHECK(ready);
  CHECK(small == 0);
  CHECK(r.log->add(std::nullopt, as_bytes(std::string(776, 'x')), {}, &room));
}

TEST_CASE("requests for room are served in the order of their arrival", "[write_log]") {
  log_rig r;
  r.connect();
  for (int i = 0; i < 5; ++i)
    REQUIRE(r.try_write(176));
  std::vector<int> served;
  for (int i = 0; i < 4; ++i)
    (void)r.log->reserve(write_room::of(i == 0 ? 700 : 50, 1),
                         [&served, i] { served.push_back(i); });
  CHECK(served.empty());
  r.ack(1);
  r.ack(4);
  CHECK(served == std::vector<int>{0, 1});
  r.ack(5);
  CHECK(served == std::vector<int>{0, 1, 2, 3});
}

TEST_CASE("released room goes to the next request", "[write_log]") {
  log_rig r;
  const auto all = write_room::of(976, 1);
  int served = 0;
  (void)r.log->reserve(all, [&] { ++served; });
  const auto second = r.log->reserve(all, [&] { ++served; });
  (void)r.log->reserve(all, [&] { ++served; });
  CHECK(served == 1);
  CHECK(r.log->forget_waiter(second));
  CHECK_FALSE(r.log->forget_waiter(second));
  r.log->release(all);
  CHECK(served == 2);
  r.log->release(all);
  CHECK(r.try_write(976));
}

TEST_CASE("a writer that ends calls every request back, and reserves nothing", "[write_log]") {
  log_rig r;
  REQUIRE(r.try_write(976));
  int served = 0;
  (void)r.log->reserve(write_room::of(100, 1), [&] { ++served; });
  CHECK(r.log->writable());
  r.log->fail(errc::retries_exhausted);
  CHECK(served == 1);
  CHECK(r.log->over());
  CHECK(r.log->writable().error() == errc::retries_exhausted);
  CHECK(r.log->failure()->code() == errc::retries_exhausted);
  const auto report = r.log->report();
  CHECK(report.undurable == std::vector<undurable_range>{{1, 1, false}});
  CHECK(report.outcome.error() == errc::retries_exhausted);
}

TEST_CASE("events of one call go to their keys, and complete once", "[write_log]") {
  log_rig r{2};
  r.connect_all();
  auto all = events(6);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].routing_key = r.key(i % 2);
  const auto last = r.log->add_all(all, r.outcomes.sink());
  REQUIRE(last);
  CHECK(*last == 6);
  CHECK(pending_in(r, 0) == texts{"a", "c", "e"});
  CHECK(pending_in(r, 1) == texts{"b", "d", "f"});
  r.ack(3, 1);
  CHECK(r.outcomes.told.empty());
  r.ack(3, 0);
  CHECK(r.outcomes.told == texts{"6 ok"});
  CHECK(r.log->outcome_of(1, 6).first == 6);
  CHECK(r.log->outcome_of(1, 6).second);
}

TEST_CASE("events of one call are taken all or none", "[write_log]") {
  log_rig r;
  CHECK(r.log->add_all({}, {}).error() == errc::invalid_argument);
  CHECK(r.log->add_all(events(21), {}).error() == errc::invalid_argument);
  CHECK(r.log->add_all(events(2, 500), {}).error() == errc::invalid_argument);
  CHECK(r.log->add_all(events(1, (8u << 20) + 1), {}).error() == errc::event_too_large);
  REQUIRE(r.try_write(76));
  CHECK(r.log->add_all(events(20), {}).error() == errc::would_block);
  CHECK(r.log->add_all(events(2, 450), {}).error() == errc::would_block);
  CHECK(r.log->progress().last_written == 1);
  CHECK(pending_in(r).size() == 1);
  CHECK(r.log->add_all(events(19), {}));
}

TEST_CASE("the outcome of several events counts those that are durable", "[write_log]") {
  log_rig r{2};
  r.connect_all();
  auto all = events(4);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].routing_key = r.key(i == 1 ? 0 : 1);
  REQUIRE(r.log->add_all(all, r.outcomes.sink()));
  r.ack(3, 1);
  r.give_up(0, errc::segment_not_found, true);
  CHECK(r.outcomes.told == texts{"4 earlier_event_failed"});
  const auto [durable, first] = r.log->outcome_of(1, 4);
  CHECK(durable == 3);
  CHECK(first.error() == errc::not_written);
  CHECK(r.log->outcome_of(3, 4).first == 2);
  CHECK(r.log->outcome_of(3, 4).second.error() == errc::earlier_event_failed);
  CHECK(r.log->outcome_of(1, 1).second);
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("events of one call for which there is no memory leave no trace", "[write_log]") {
  std::size_t failures = 0;
  bool taken = false;
  for (std::size_t at = 1; !taken; ++at) {
    INFO("allocation " << at);
    REQUIRE(at < 1000);
    auto options = log_rig::small();
    options.outstanding_bytes_max = 8u << 20;
    options.outstanding_events_max = 1000;
    log_rig r{2, options};
    const auto before = events(3, 60, r.key(0));
    REQUIRE(r.log->add_all(before, {}));
    auto more = events(60, 100);
    for (std::size_t i = 0; i < more.size(); ++i)
      more[i].routing_key = r.key(i % 2);
    result<event_ticket> added{errc::closed};
    CHECK_FALSE(fails(at, [&] { added = r.log->add_all(more, r.outcomes.sink()); }));
    taken = added.has_value();
    failures += taken ? 0 : 1;
    if (!taken) CHECK(added.error() == errc::out_of_memory);
    CHECK(r.log->progress().last_written == (taken ? 63 : 3));
    CHECK(pending_in(r, 0).size() == (taken ? 33 : 3));
    CHECK(pending_in(r, 1).size() == (taken ? 30 : 0));
    r.write("end");
    // The numbers are as if nothing had been tried.
    auto& log = r.channels[0]->log();
    while (const auto block = log.next_to_send())
      REQUIRE(log.acknowledge(block->last_event_number()));
    CHECK(log.acknowledged() == (taken ? 34 : 4));
  }
  CHECK(failures > 10);
}
#endif

TEST_CASE("a writer waits for the others of its client, and goes on by itself", "[write_log]") {
  constexpr auto step = limit_share::step_bytes;
  const auto of_client = std::make_shared<shared_limit>(2 * step);
  auto options = log_rig::small();
  options.outstanding_bytes_max = 100 * step;
  log_rig one{1, options, true, of_client};
  log_rig other{1, options, true, of_client};
  one.connect();
  other.connect();
  REQUIRE(one.try_write(2 * step - 24));
  CHECK(one.try_write(1).error() == errc::would_block);
  // The other one holds nothing, so it is not held up.
  REQUIRE(other.try_write(2 * step - 24));
  CHECK(other.try_write(1).error() == errc::would_block);
  bool ready = false;
  (void)other.log->when_writable(1, [&] { ready = true; });
  CHECK_FALSE(ready);
  one.ack(1);
  // Nobody tells it of the room; its own event is soon durable.
  other.ack(1);
  CHECK(ready);
  CHECK(other.try_write(2 * step));
  CHECK(of_client->held() == 3 * step);
  other.log->fail(error{errc::closed});
  CHECK(of_client->held() == 0);
}
