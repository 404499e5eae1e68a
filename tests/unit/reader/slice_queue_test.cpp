#include "reader/slice_queue.hpp"

#include "unit/reader/queue_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

byte_vector many(int count) {
  byte_vector all;
  for (int i = 0; i < count; ++i)
    append_event(all, std::string(1016, 'x'));
  return all;
}

std::int64_t offset_in(const stream_cut& cut, std::int32_t number) {
  return cut.offsets.at({number, 0});
}

}  // namespace

TEST_CASE("segments take turns", "[slice_queue]") {
  queue_fixture f;
  for (std::int32_t number = 0; number < 3; ++number) {
    f.store.put(test_segment(number), many(20));
    f.add(number);
  }
  std::map<std::int32_t, int> slices;
  for (int i = 0; i < 60; ++i) {
    f.run_store();
    ++slices[f.take_slice().in().id.number];
    int least = 100;
    int most = 0;
    for (std::int32_t number = 0; number < 3; ++number) {
      least = std::min(least, slices[number]);
      most = std::max(most, slices[number]);
    }
    CHECK(most - least <= 1);
  }
  CHECK_FALSE(f.take());
}

TEST_CASE("a segment that is always ready does not starve a slow one", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), many(100));
  f.store.put(test_segment(1), {});
  f.add(0);
  f.add(1);
  f.run_store();
  (void)f.take_slice();
  f.store.change([](auto& all) { all[test_segment(1).to_string()].bytes = events({"slow"}); });
  f.run_store();
  std::vector<std::int32_t> order;
  for (int i = 0; i < 3; ++i) {
    order.push_back(f.take_slice().in().id.number);
    f.run_store();
  }
  CHECK(std::count(order.begin(), order.end(), 1) == 1);
}

TEST_CASE("an item is consumed when the next one is taken, or released", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), many(3));
  f.add(0);
  f.run_store();
  CHECK(offset_in(f.queue->position(), 0) == 0);
  (void)f.take_slice();
  CHECK(offset_in(f.queue->position(), 0) == 0);
  (void)f.take_slice();
  CHECK(offset_in(f.queue->position(), 0) == 1024);
  f.queue->release();
  CHECK(offset_in(f.queue->position(), 0) == 2048);
  f.queue->release();
  CHECK(offset_in(f.queue->position(), 0) == 2048);
  f.run_store();
  (void)f.take_slice();
  // Closing does not say that the item in hand is processed.
  f.queue->close();
  CHECK(offset_in(f.queue->position(), 0) == 2048);
  f.queue->release();
  CHECK(offset_in(f.queue->position(), 0) == 3072);
}

TEST_CASE("a step to successors waits for the release of what is in hand", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), many(1), true);
  f.store.put(test_segment(1), many(2));
  f.store.put(test_segment(2), many(2));
  f.add(0);
  f.add(2);
  f.run_store();
  while (f.ended.empty()) {
    REQUIRE(f.take());
    f.run_store();
  }
  const auto in_hand = f.take_slice();
  CHECK(in_hand.in().id.number == 2);
  const auto before = f.queue->position();
  auto next = std::make_shared<read_channel>(
      f.queue, test_segment(1), 101, read_channel::start{0, {}, ""},
      read_limits{1024, 2, 1u << 20}, std::make_shared<buffer_pool>());
  f.queue->advance(test_segment(0).stream, {{0, 0}}, {next});
  CHECK(f.queue->position() == before);
  CHECK(offset_in(before, 0) == 1024);
  f.queue->release();
  CHECK(f.queue->position().offsets ==
        std::map<segment_id, std::int64_t>{{{1, 0}, 0}, {{2, 0}, in_hand.next_offset()}});
}

TEST_CASE("all segments together have a limit, and none starves", "[slice_queue]") {
  constexpr std::size_t limit = 2500;
  queue_fixture f{limit};
  for (std::int32_t number = 0; number < 3; ++number) {
    f.store.put(test_segment(number), many(20));
    f.add(number, 0, {1024, 4, 1u << 20});
  }
  std::map<std::int32_t, int> slices;
  const auto waiting = [&] {
    std::size_t bytes = 0;
    for (const auto& line : f.queue->status().segments) {
      CHECK((line.slices_waiting > 0 || line.offset == 20 * 1024));
      bytes += line.bytes_waiting;
    }
    return bytes;
  };
  for (int i = 0; i < 60; ++i) {
    f.run_store();
    CHECK(waiting() < limit + 3 * 1024);
    ++slices[f.take_slice().in().id.number];
  }
  CHECK(slices == std::map<std::int32_t, int>{{0, 20}, {1, 20}, {2, 20}});
}

TEST_CASE("a segment that might not ask is asked for when there is room", "[slice_queue]") {
  queue_fixture f{4500};
  for (std::int32_t number = 0; number < 3; ++number) {
    f.store.put(test_segment(number), many(20));
    f.add(number, 0, {1024, 4, 1u << 20});
  }
  f.run_store();  // two, one and one of them wait
  CHECK(f.queue->status().bytes_held == 4096);
  CHECK(f.store.requests_waiting() == 0);
  (void)f.take_slice();
  CHECK(f.store.requests_waiting() == 1);
  CHECK(f.store.take_request()->read().segment == test_segment(1).to_string());
}

TEST_CASE("ends are told to the actor and followed by the end of all", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), events({"one"}), true);
  f.store.put(test_segment(1), {}, true);
  f.add(0);
  f.add(1);
  f.queue->add_ended({test_segment(2), -1, true});
  f.run_store();
  std::vector<segment_end> got;
  std::size_t slices = 0;
  for (int i = 0; i < 4; ++i) {
    const auto item = f.take();
    REQUIRE(item);
    if (const auto* end = std::get_if<segment_end>(&*item))
      got.push_back(*end);
    else
      ++slices;
  }
  CHECK(slices == 1);
  CHECK(got == f.ended);
  CHECK(got.size() == 3);
  CHECK_FALSE(f.take());
  bool woken = false;
  f.queue->when_readable([&] { woken = true; });
  CHECK_FALSE(woken);
  f.queue->finish();
  CHECK(woken);
  CHECK(f.queue->try_take().error().code() == errc::end_of_segment);
  CHECK(f.queue->status().state == "ended");
  const auto position = f.queue->position();
  CHECK(offset_in(position, 0) == 11);
  CHECK(offset_in(position, 1) == 0);
  CHECK(offset_in(position, 2) == -1);
  f.queue->close();
  CHECK(f.over == 1);
  CHECK(f.queue->try_take().error().code() == errc::closed);
}

TEST_CASE("gaps move the position", "[slice_queue]") {
  queue_fixture f;
  f.add(0);
  f.channels[0]->skip(f.generations[0], 640);
  CHECK(std::get<segment_gap>(*f.take()) == segment_gap{test_segment(0), 0, 640});
  f.queue->release();
  CHECK(offset_in(f.queue->position(), 0) == 640);
  f.channels[0]->skip_rest(f.generations[0]);
  CHECK(std::get<segment_gap>(*f.take()).to == -1);
  CHECK(std::get<segment_end>(*f.take()).sealed);
  f.queue->release();
  CHECK(offset_in(f.queue->position(), 0) == 640);
}

TEST_CASE("a segment's failure comes after what it had, and ends the reader", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), many(1));
  f.store.put(test_segment(1), many(5));
  f.add(0);
  f.run_store();
  f.channels[0]->give_up(f.generations[0], error{errc::retries_exhausted, "gone"});
  (void)f.take_slice();
  f.add(1);
  f.run_store();
  auto failed = f.queue->try_take();
  CHECK(failed.error().code() == errc::retries_exhausted);
  CHECK(f.over == 1);
  CHECK(f.queue->try_take().error().detail() == "gone");
  CHECK(f.queue->status().state == "failed");
  CHECK(f.queue->status().last_failure.find("gone") != std::string::npos);
  CHECK_FALSE(f.channels[1]->has_outcomes());
}

TEST_CASE("the actor's failure ends the reader at once", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), many(1));
  f.add(0);
  f.run_store();
  f.queue->fail(errc::actor_terminated);
  CHECK(f.queue->try_take().error().code() == errc::actor_terminated);
  f.queue->fail(errc::internal_error);
  CHECK(f.queue->try_take().error().code() == errc::actor_terminated);
  CHECK(f.over == 1);
}

TEST_CASE("a failure consumes what came before it, wherever it comes from", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), many(1));
  f.add(0);
  f.run_store();
  (void)f.take_slice();
  const bool by_actor = GENERATE(true, false);
  if (by_actor)
    f.queue->fail(errc::retries_exhausted);
  else
    f.channels[0]->give_up(f.generations[0], errc::retries_exhausted);
  CHECK(offset_in(f.queue->position(), 0) == 0);
  SECTION("when it is taken") {
    CHECK(f.queue->try_take().error().code() == errc::retries_exhausted);
    CHECK(offset_in(f.queue->position(), 0) == 1024);
  }
  SECTION("not when it is looked at") {
    // A channel's failure shows when its turn comes.
    CHECK(f.queue->failure().has_value() == by_actor);
    CHECK(offset_in(f.queue->position(), 0) == 0);
  }
}

TEST_CASE("a wake-up comes once, when there is something", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), {});
  f.add(0);
  int woken = 0;
  f.queue->when_readable([&] { ++woken; });
  f.queue->when_readable([&] { ++woken; });
  f.run_store();
  CHECK(woken == 0);
  f.store.put(test_segment(0), many(3));
  f.run_store();
  CHECK(woken == 2);
  f.queue->when_readable([&] { ++woken; });
  CHECK(woken == 3);
  (void)f.take_slice();
  f.run_store();
  CHECK(woken == 3);
}

TEST_CASE("a callback may take", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), {});
  f.add(0);
  std::size_t events_seen = 0;
  std::function<void()> on_ready = [&] {
    for (;;) {
      auto taken = f.queue->try_take();
      REQUIRE(taken);
      if (!*taken) break;
      events_seen += std::get<event_slice>(**taken).event_count();
    }
    f.queue->when_readable(on_ready);
  };
  f.queue->when_readable(on_ready);
  f.store.put(test_segment(0), many(30));
  f.run_store();
  CHECK(events_seen == 30);
}

TEST_CASE("the status says what waits and what was handed out", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), many(5));
  f.add(0, 1024);
  f.run_store();
  f.channels[0]->note_trouble(f.generations[0], error{errc::connection_lost, "a moment ago"});
  auto status = f.queue->status();
  CHECK(status.stream.to_string() == "scope/stream");
  CHECK(status.state == "open");
  REQUIRE(status.segments.size() == 1);
  CHECK(status.segments[0].segment == "scope/stream/0.#epoch.0");
  CHECK(status.segments[0].connected);
  CHECK(status.segments[0].peer == "store:1");
  CHECK(status.segments[0].offset == 1024);
  CHECK(status.segments[0].slices_waiting == 2);
  CHECK(status.segments[0].bytes_waiting == 2048);
  CHECK(status.last_failure.find("a moment ago") != std::string::npos);
  (void)f.take_slice();
  status = f.queue->status();
  CHECK(status.slices == 1);
  CHECK(status.events == 1);
  CHECK(status.bytes == 1024);
  CHECK(status.segments[0].offset == 2048);
  f.connect(0);
  CHECK(f.queue->status().last_failure.empty());
}

TEST_CASE("closing drops what is fetched, and may be repeated", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), many(5));
  f.add(0);
  f.run_store();
  f.queue->close();
  f.queue->close();
  CHECK(f.over == 1);
  CHECK(f.queue->try_take().error().code() == errc::closed);
  CHECK_FALSE(f.channels[0]->has_outcomes());
  f.run_store();
  CHECK_FALSE(f.channels[0]->has_outcomes());
}

TEST_CASE("a wake-up that is not wanted any more does not come", "[slice_queue]") {
  queue_fixture f;
  f.store.put(test_segment(0), {});
  f.add(0);
  int woken = 0;
  const auto first = f.queue->when_readable([&] { ++woken; });
  const auto second = f.queue->when_readable([&] { woken += 10; });
  CHECK(first != second);
  f.queue->forget(first);
  f.queue->forget(first);
  f.store.put(test_segment(0), many(1));
  f.run_store();
  CHECK(woken == 10);
  CHECK(f.queue->when_readable([&] { woken += 100; }) == 0);
  CHECK(woken == 110);
}
