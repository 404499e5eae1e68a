// One I/O thread, several consumers, and an actor that reconnects all the time.
#include <atomic>
#include <thread>

#include "core/access.hpp"
#include "support/splitmix.hpp"
#include "unit/reader/queue_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr std::int32_t segments = 4;
constexpr int events_each = 3000;

byte_vector numbered_events(std::int32_t number) {
  splitmix random{static_cast<std::uint64_t>(number) + 1};
  byte_vector all;
  for (int i = 0; i < events_each; ++i)
    append_event(all, std::to_string(i) + ":" + std::string(random.below(120), 'p'));
  return all;
}

int number_in(byte_view payload) {
  return std::stoi(std::string{as_text(payload)});
}

}  // namespace

TEST_CASE("threads read every event once while sessions come and go", "[stress]") {
  queue_fixture f;
  f.store.reply_bytes_max = 700;
  for (std::int32_t number = 0; number < segments; ++number) {
    f.store.put(test_segment(number), numbered_events(number), true);
    f.add(number);
  }
  auto reader = access::make<stream_reader>(f.queue);
  std::atomic<int> ends{0};
  std::atomic<bool> stop{false};
  std::thread io{[&] {
    while (!stop)
      if (!f.store.step()) std::this_thread::yield();
  }};
  std::thread actor{[&] {
    splitmix random{99};
    while (!stop) {
      const auto number = static_cast<std::int32_t>(random.below(segments));
      auto& channel = *f.channels.at(number);
      if (random.below(3) == 0) channel.disconnect(f.generations.at(number));
      if (channel.use(f.generations.at(number), f.store.connect_session()))
        channel.resume(f.generations.at(number));
      (void)f.queue->status();
      std::this_thread::sleep_for(microseconds{200});
    }
  }};
  std::mutex mutex;
  std::map<std::int32_t, std::vector<bool>> seen;
  for (std::int32_t number = 0; number < segments; ++number)
    seen[number].resize(events_each);
  std::atomic<int> doubled{0};
  const auto consume = [&](bool blocking) {
    while (ends < segments) {
      auto taken = blocking ? reader.next(milliseconds{2}) : reader.try_next();
      if (!taken) return;
      if (!*taken) continue;
      if (std::holds_alternative<segment_end>(**taken)) ++ends;
      const auto* slice = std::get_if<event_slice>(&**taken);
      if (slice == nullptr) continue;
      std::lock_guard lock{mutex};
      for (const auto& each : *slice) {
        auto&& mark =
            seen.at(slice->in().id.number)[static_cast<std::size_t>(number_in(each.payload))];
        if (mark) ++doubled;
        mark = true;
      }
    }
  };
  std::thread first{consume, true};
  std::thread second{consume, false};
  first.join();
  second.join();
  stop = true;
  io.join();
  actor.join();
  CHECK(ends == segments);
  CHECK(doubled == 0);
  for (const auto& [number, marks] : seen)
    CHECK(std::count(marks.begin(), marks.end(), true) == events_each);
}

TEST_CASE("a single consumer sees each segment in order", "[stress]") {
  queue_fixture f;
  f.store.reply_bytes_max = 5000;
  for (std::int32_t number = 0; number < segments; ++number) {
    f.store.put(test_segment(number), numbered_events(number), true);
    f.add(number);
  }
  std::atomic<bool> stop{false};
  std::thread io{[&] {
    while (!stop)
      if (!f.store.step()) std::this_thread::yield();
  }};
  std::atomic<bool> readable{true};
  std::map<std::int32_t, int> next;
  int ends = 0;
  while (ends < segments) {
    if (!readable.exchange(false)) {
      std::this_thread::yield();
      continue;
    }
    for (;;) {
      auto taken = f.queue->try_take();
      if (!taken || !*taken) break;
      if (std::holds_alternative<segment_end>(**taken)) ++ends;
      const auto* slice = std::get_if<event_slice>(&**taken);
      if (slice == nullptr) continue;
      for (const auto& each : *slice)
        REQUIRE(number_in(each.payload) == next[slice->in().id.number]++);
    }
    (void)f.queue->when_readable([&] { readable = true; });
  }
  stop = true;
  io.join();
  f.queue->close();
  for (std::int32_t number = 0; number < segments; ++number)
    CHECK(next[number] == events_each);
}

TEST_CASE("closing while everybody is busy is safe", "[stress]") {
  for (int round = 0; round < 30; ++round) {
    queue_fixture f;
    f.store.reply_bytes_max = 700;
    for (std::int32_t number = 0; number < segments; ++number) {
      f.store.put(test_segment(number), numbered_events(number), true);
      f.add(number);
    }
    std::atomic<bool> stop{false};
    std::thread io{[&] {
      while (!stop)
        if (!f.store.step()) std::this_thread::yield();
    }};
    auto reader = access::make<stream_reader>(f.queue);
    std::thread consumer{[&] {
      while (reader.next(seconds{1})) {
      }
    }};
    std::this_thread::sleep_for(microseconds{100 * round});
    f.queue->close();
    consumer.join();
    stop = true;
    io.join();
    CHECK(f.queue->try_take().error().code() == errc::closed);
  }
}
