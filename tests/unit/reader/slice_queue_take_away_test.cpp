// Segments of several streams in one queue, from which they are taken away again.
#include <atomic>
#include <thread>

#include "unit/reader/queue_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using place = reading_position::place;

namespace {

const scoped_stream orders{"scope", "orders"};
const scoped_stream stock{"scope", "stock"};
const segment first{orders, {0, 0}};
/// Of the same number as the first.
const segment second{stock, {0, 0}};

/// "name 0", "name 1" ..., each of 128 bytes with its header.
std::vector<std::string> numbered(const std::string& name, int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) {
    out.push_back(name + ' ' + std::to_string(i) + ' ');
    out.back().resize(120, '.');
  }
  return out;
}

/// Two streams with a segment each, of 64 events each if not of more; a reply has eight.
struct two_streams : queue_fixture {
  explicit two_streams(std::size_t bytes_max = limits::reader_bytes_max, int events_each = 64)
      : queue_fixture{{orders, stock}, bytes_max} {
    store.put(first, events(numbered("order", events_each)));
    store.put(second, events(numbered("stock", events_each)));
    add(0, first, 0);
    add(1, second, 0);
  }
  /// What is left in the queue.
  std::vector<std::string> drain() {
    std::vector<std::string> out;
    for (run_store(); auto item = take(); run_store())
      if (const auto* slice = std::get_if<event_slice>(&*item))
        for (auto& each : payloads_of(*slice))
          out.push_back(std::move(each));
    return out;
  }
};

std::vector<std::string> events_in(const std::deque<read_outcome>& rest) {
  std::vector<std::string> out;
  for (const auto& each : rest)
    if (const auto* slice = std::get_if<event_slice>(&std::get<read_item>(each)))
      for (auto& payload : payloads_of(*slice))
        out.push_back(std::move(payload));
  return out;
}

std::vector<std::string> part(const std::vector<std::string>& all, std::size_t from,
                              std::size_t to) {
  return {all.begin() + static_cast<std::ptrdiff_t>(from),
          all.begin() + static_cast<std::ptrdiff_t>(to)};
}

}  // namespace

TEST_CASE("segments of several streams take turns, with a position for each stream",
          "[slice_queue]") {
  two_streams f;
  f.run_store();
  CHECK(f.take_slice().in() == first);
  CHECK(f.take_slice().in() == second);
  CHECK(f.take_slice().in() == first);
  CHECK(f.queue->positions() ==
        std::vector<stream_cut>{{orders, {{first.id, 1024}}}, {stock, {{second.id, 1024}}}});
  CHECK(f.queue->position() == stream_cut{orders, {{first.id, 1024}}});
  const auto status = f.queue->status();
  REQUIRE(status.segments.size() == 2);
  CHECK(status.segments[0].offset == 2048);
  CHECK(status.segments[1].segment == second.to_string());
}

TEST_CASE("a segment that is taken away gives back its place and what was not handed out",
          "[slice_queue]") {
  two_streams f;
  f.run_store();
  (void)f.take_slice();
  (void)f.take_slice();
  (void)f.take_slice();
  f.run_store();
  const auto taken = f.queue->take_away(first);
  REQUIRE(taken);
  CHECK(taken->of == first);
  // The slice in hand is not consumed.
  CHECK(taken->at == place{1024, 2048});
  const auto all = numbered("order", 64);
  CHECK(events_in(taken->rest) == part(all, 16, 32));
  CHECK(f.queue->positions() ==
        std::vector<stream_cut>{{orders, {}}, {stock, {{second.id, 1024}}}});
  f.queue->release();
  CHECK(f.queue->position().offsets.empty());
  CHECK_FALSE(f.queue->take_away(first));
  // The other one goes on to its end; of this one nothing more comes.
  CHECK(f.drain() == part(numbered("stock", 64), 8, 64));
  CHECK(f.queue->status().segments.size() == 1);
}

TEST_CASE("another queue goes on where a segment was taken away", "[slice_queue]") {
  two_streams f;
  f.run_store();
  const auto before = payloads_of(f.take_slice());
  const auto taken = f.queue->take_away(first);
  REQUIRE(taken);
  queue_fixture other{{orders, stock}, limits::reader_bytes_max};
  other.store.put(first, events(numbered("order", 64)));
  other.add(7, first, taken->at.next);
  auto read = before;
  for (other.run_store(); auto item = other.take(); other.run_store())
    for (auto& each : payloads_of(std::get<event_slice>(*item)))
      read.push_back(std::move(each));
  CHECK(read == numbered("order", 64));
  // The rest is the beginning of what the other one read.
  const auto rest = events_in(taken->rest);
  CHECK(rest == part(read, before.size(), before.size() + rest.size()));
}

TEST_CASE(
    "a segment that is taken away leaves its session, and its actor hears that it is over",
    "[slice_queue]") {
  two_streams f;
  f.run_store();
  (void)f.take_slice();
  REQUIRE(f.store.requests_waiting() == 1);
  REQUIRE(f.queue->take_away(first));
  CHECK(*f.finished[0] == 1);
  CHECK(*f.finished[1] == 0);
  CHECK(f.channels[0]->finished());
  CHECK_FALSE(f.channels[1]->finished());
  // The answer that was on its way comes to nobody.
  const auto held = f.queue->status().bytes_held;
  f.run_store();
  CHECK(f.queue->status().bytes_held == held);
  // What its actor may still do before it hears of it.
  f.connect(0);
  f.channels[0]->skip(f.generations[0], 5000);
  f.channels[0]->give_up(f.generations[0], errc::cancelled);
  f.run_store();
  CHECK(f.store.requests_waiting() == 0);
  CHECK(f.drain() == numbered("stock", 64));
}

TEST_CASE("the room of a segment that is taken away is others'", "[slice_queue]") {
  two_streams f{2500};
  f.run_store();
  const auto waiting = [&](std::size_t of) { return f.queue->status().segments[of]; };
  const auto before = waiting(1).bytes_waiting;
  CHECK(f.store.requests_waiting() == 0);
  REQUIRE(f.queue->take_away(first));
  // The other one was refused for want of room.
  CHECK(f.store.requests_waiting() == 1);
  f.run_store();
  CHECK(waiting(0).bytes_waiting > before);
  CHECK(f.queue->status().bytes_held == waiting(0).bytes_waiting);
}

TEST_CASE("the segment whose turn it is may be taken away", "[slice_queue]") {
  two_streams f;
  f.run_store();
  REQUIRE(f.queue->take_away(first));
  CHECK(f.take_slice().in() == second);
  REQUIRE(f.queue->take_away(second));
  CHECK_FALSE(f.take());
  int woken = 0;
  f.queue->when_readable([&] { ++woken; });
  CHECK(woken == 0);
  // It comes back.
  f.add(5, second, 1024);
  f.run_store();
  CHECK(woken == 1);
  CHECK(f.drain() == part(numbered("stock", 64), 8, 64));
}

TEST_CASE("an end that was not handed out is given back with the rest", "[slice_queue]") {
  queue_fixture f{{orders, stock}, limits::reader_bytes_max};
  f.store.put(first, events(numbered("order", 1)), true);
  f.add(0, first, 0);
  f.queue->add_ended({second, -1, true});
  f.run_store();
  auto taken = f.queue->take_away(first);
  REQUIRE(taken);
  REQUIRE(taken->rest.size() == 2);
  CHECK(std::get<segment_end>(std::get<read_item>(taken->rest.back())) ==
        segment_end{first, 128, true});
  taken = f.queue->take_away(second);
  REQUIRE(taken);
  CHECK(taken->at == place{-1, -1});
  REQUIRE(taken->rest.size() == 1);
  CHECK(f.ended.empty());
  CHECK_FALSE(f.take());
}

TEST_CASE("a segment is taken away at its end, until its successors replace it",
          "[slice_queue]") {
  queue_fixture f{{orders, stock}, limits::reader_bytes_max};
  f.store.put(first, events(numbered("order", 1)), true);
  f.add(0, first, 0);
  f.run_store();
  (void)f.take_slice();
  CHECK(std::holds_alternative<segment_end>(*f.take()));
  SECTION("before") {
    const auto taken = f.queue->take_away(first);
    REQUIRE(taken);
    CHECK(taken->at == place{128, 128});
    CHECK(taken->rest.empty());
  }
  SECTION("after") {
    f.queue->advance(orders, {first.id}, {});
    CHECK_FALSE(f.queue->take_away(first));
  }
}

TEST_CASE("the last segment that is taken away lets a finished queue end", "[slice_queue]") {
  two_streams f;
  f.queue->finish();
  REQUIRE(f.queue->take_away(first));
  int woken = 0;
  f.queue->when_readable([&] { ++woken; });
  CHECK(woken == 0);
  REQUIRE(f.queue->take_away(second));
  CHECK(woken == 1);
  CHECK(f.queue->try_take().error() == errc::end_of_segment);
}

TEST_CASE("segments may be taken away from a queue that has ended", "[slice_queue]") {
  two_streams f;
  f.run_store();
  (void)f.take_slice();
  const bool closed = GENERATE(true, false);
  if (closed)
    f.queue->close();
  else
    f.queue->fail(errc::retries_exhausted);
  const auto taken = f.queue->take_away(first);
  REQUIRE(taken);
  CHECK(taken->at == place{0, 1024});
  CHECK(taken->rest.empty());
  CHECK(f.queue->take_away(second)->at == place{0, 0});
  CHECK(f.queue->try_take().error() == (closed ? errc::closed : errc::retries_exhausted));
}

TEST_CASE("a segment's failure is given back behind its rest", "[slice_queue]") {
  two_streams f;
  f.run_store();
  f.channels[0]->give_up(f.generations[0], errc::retries_exhausted);
  const auto taken = f.queue->take_away(first);
  REQUIRE(taken);
  REQUIRE(taken->rest.size() == 3);
  CHECK(std::get<error>(taken->rest.back()) == errc::retries_exhausted);
  // It fails nobody but its next reader.
  CHECK(f.drain() == numbered("stock", 64));
}

TEST_CASE("segments are taken away and added again while threads read", "[stress]") {
  constexpr int events_each = 4000;
  two_streams f{limits::reader_bytes_max, events_each};
  f.store.reply_bytes_max = 700;
  std::atomic<bool> stop{false};
  std::thread io{[&] {
    while (!stop)
      if (!f.store.step()) std::this_thread::yield();
  }};
  std::mutex mutex;
  std::map<segment, std::vector<std::string>> read;
  std::thread consumer{[&] {
    while (!stop) {
      std::this_thread::yield();
      // Together with what take_away says: an item belongs to the side that got it.
      const std::lock_guard lock{mutex};
      auto taken = f.queue->try_take();
      if (!taken || !*taken) continue;
      const auto& slice = std::get<event_slice>(**taken);
      for (auto& each : payloads_of(slice))
        read[slice.in()].push_back(std::move(each));
    }
  }};
  std::int32_t flow = 10;
  for (int round = 0; round < 200; ++round) {
    std::this_thread::yield();
    const auto& which = round % 2 == 0 ? first : second;
    std::int64_t next = 0;
    {
      const std::lock_guard lock{mutex};
      const auto taken = f.queue->take_away(which);
      REQUIRE(taken);
      next = taken->at.next;
      CHECK(next == static_cast<std::int64_t>(128 * read[which].size()));
    }
    f.add(++flow, which, next);
  }
  const auto done = [&] {
    const std::lock_guard lock{mutex};
    return read[first].size() == events_each && read[second].size() == events_each;
  };
  while (!done())
    std::this_thread::yield();
  stop = true;
  io.join();
  consumer.join();
  CHECK((read[first] == numbered("order", events_each)));
  CHECK((read[second] == numbered("stock", events_each)));
}
