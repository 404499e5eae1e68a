#include "supervision/event_bus.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

library_event happening(std::string path) {
  return {event_kind::started, std::move(path), "", {}};
}

}  // namespace

TEST_CASE("sinks are called in the order of subscription", "[event_bus]") {
  event_bus bus;
  std::string heard;
  const auto first = bus.subscribe([&](const library_event& e) { heard += "1" + e.path; });
  const auto second = bus.subscribe([&](const library_event& e) { heard += "2" + e.path; });
  CHECK(first != second);
  bus.publish(happening("a"));
  CHECK(heard == "1a2a");
  bus.unsubscribe(first);
  bus.unsubscribe(first);
  bus.unsubscribe(999);
  bus.publish(happening("b"));
  CHECK(heard == "1a2a2b");
  bus.unsubscribe(second);
  bus.publish(happening("c"));
  CHECK(heard == "1a2a2b");
}

TEST_CASE("a sink may subscribe and unsubscribe", "[event_bus]") {
  event_bus bus;
  int once = 0;
  int late = 0;
  std::uint64_t mine = 0;
  mine = bus.subscribe([&](const library_event&) {
    ++once;
    bus.unsubscribe(mine);
    bus.subscribe([&](const library_event&) { ++late; });
  });
  bus.publish(happening("a"));
  CHECK(once == 1);
  CHECK(late == 0);
  bus.publish(happening("b"));
  CHECK(once == 1);
  CHECK(late == 1);
}

TEST_CASE("many threads publish while others come and go", "[event_bus][threads]") {
  event_bus bus;
  std::atomic<int> steady{0};
  std::atomic<int> visiting{0};
  bus.subscribe([&](const library_event&) { ++steady; });
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i)
        bus.publish(happening("x"));
    });
  threads.emplace_back([&] {
    for (int i = 0; i < 500; ++i)
      bus.unsubscribe(bus.subscribe([&](const library_event&) { ++visiting; }));
  });
  for (auto& each : threads)
    each.join();
  CHECK(steady == 6000);
  CHECK(visiting <= 6000 * 500);
}

TEST_CASE("unsubscribing waits for a call in another thread", "[event_bus][threads]") {
  event_bus bus;
  std::atomic<bool> inside{false};
  std::atomic<bool> ending{false};
  std::atomic<bool> over{false};
  auto held = std::make_shared<int>(1);
  const auto number = bus.subscribe([&, held](const library_event&) {
    inside = true;
    while (!ending)
      std::this_thread::yield();
    // Long enough for whoever does not wait to come back before this ends.
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    over = true;
  });
  std::thread publisher{[&] { bus.publish(happening("x")); }};
  while (!inside)
    std::this_thread::yield();
  ending = true;
  bus.unsubscribe(number);
  CHECK(over);
  CHECK(held.use_count() == 1);
  publisher.join();
}

TEST_CASE("a sink that runs in two threads may unsubscribe itself in both",
          "[event_bus][threads]") {
  event_bus bus;
  std::atomic<int> inside{0};
  std::atomic<int> ended{0};
  auto held = std::make_shared<int>(1);
  std::uint64_t mine = 0;
  mine = bus.subscribe([&, held](const library_event& e) {
    ++inside;
    while (inside < 2)
      std::this_thread::yield();
    // From a call within the call, too.
    if (e.path != "nested") bus.publish(happening("nested"));
    bus.unsubscribe(mine);
    ++ended;
  });
  std::thread other{[&] { bus.publish(happening("x")); }};
  bus.publish(happening("y"));
  other.join();
  CHECK(ended >= 2);
  CHECK(held.use_count() == 1);
}

TEST_CASE("a standing event is told to each subscriber first, and once", "[event_bus]") {
  event_bus bus;
  bus.set_standing(happening("standing"));
  std::string one;
  std::string other;
  const auto first = bus.subscribe([&](const library_event& e) { one += e.path + ","; });
  bus.publish(happening("a"));
  const auto second = bus.subscribe([&](const library_event& e) { other += e.path + ","; });
  bus.publish(happening("b"));
  CHECK(one == "standing,a,b,");
  CHECK(other == "standing,b,");
  bus.unsubscribe(first);
  bus.unsubscribe(second);
}
