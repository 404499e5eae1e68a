#include "reader/read_budget.hpp"

#include "unit/reader/queue_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr std::size_t least = limits::reader_request_bytes_least;
constexpr std::size_t megabyte = 1u << 20;

}  // namespace

TEST_CASE("requests count until they are answered, and what came until it is taken",
          "[read_budget]") {
  read_budget budget{2 * megabyte};
  CHECK(budget.ask(0, megabyte, false) == megabyte);
  CHECK(budget.ask(1, 3 * megabyte, false) == megabyte);
  CHECK(budget.held() == 2 * megabyte);
  // Full: a little where nothing waits, nothing where something does.
  CHECK(budget.ask(2, megabyte, false) == least);
  CHECK(budget.ask(2, 100, false) == 100);
  CHECK(budget.ask(3, megabyte, true) == 0);
  CHECK(budget.ask(3, megabyte, true) == 0);
  CHECK_FALSE(budget.next_refused());
  budget.answered(least + 100);
  budget.answered(megabyte);
  budget.add_waiting(megabyte / 2);
  CHECK(budget.held() == megabyte + megabyte / 2);
  CHECK(budget.next_refused() == 3);
  CHECK_FALSE(budget.next_refused());
  budget.take_waiting(megabyte / 2);
  CHECK(budget.held() == megabyte);
}

TEST_CASE("one unfinished event is always kept, others where there is room, in their order",
          "[read_budget]") {
  read_budget budget{4 * megabyte};
  CHECK(budget.begin({0, 5 * megabyte}));
  CHECK_FALSE(budget.begin({1, megabyte}));
  CHECK_FALSE(budget.begin({2, 3 * megabyte}));
  CHECK_FALSE(budget.begin({3, 3 * megabyte}));
  CHECK_FALSE(budget.next_event());
  budget.end(5 * megabyte);
  CHECK(budget.next_event()->in == 1);
  CHECK(budget.next_event()->in == 2);
  CHECK_FALSE(budget.next_event());
  // Who waits comes first.
  CHECK_FALSE(budget.begin({4, 1}));
  budget.forget(3);
  CHECK_FALSE(budget.next_event());
  budget.end(megabyte);
  CHECK(budget.next_event()->in == 4);
  CHECK(budget.held() == 3 * megabyte + 1);
}

TEST_CASE("a slow consumer of a hundred segments holds little more than the limit",
          "[read_budget]") {
  constexpr std::size_t limit = 8 * megabyte;
  constexpr std::int32_t segments = 100;
  queue_fixture f{limit};
  byte_vector content;
  for (int i = 0; i < 1000; ++i)
    append_event(content, std::string(1040, 'x'));
  for (std::int32_t number = 0; number < segments; ++number) {
    f.store.put(test_segment(number), content);
    f.add(number, 0, {limits::read_bytes_max, 2, 1u << 20});
  }
  std::size_t most = 0;
  std::map<std::int32_t, std::size_t> events;
  std::size_t all = 0;
  while (all < segments * 1000u) {
    f.run_store();
    most = std::max(most, f.queue->status().bytes_held);
    const auto slice = f.take_slice();
    events[slice.in().id.number] += slice.event_count();
    all += slice.event_count();
  }
  CHECK(most >= limit - least);
  CHECK(most <= limit + segments * least);
  CHECK(events.size() == segments);
  CHECK_FALSE(f.take());
}

TEST_CASE(
    "forty segments that claim large events and do not finish them take the memory of one",
    "[read_budget]") {
  constexpr std::size_t claimed = limits::large_event_payload_bytes_max;
  constexpr std::int32_t segments = 40;
  queue_fixture f;
  byte_vector part(200'000);
  wire::store_big_endian(part.data() + 4, static_cast<std::int32_t>(claimed));
  for (std::int32_t number = 0; number < segments; ++number) {
    f.store.put(test_segment(number), part);
    f.add(number, 0, {limits::read_bytes_max, 2, claimed});
  }
  f.run_store();
  CHECK(f.queue->status().bytes_held >= claimed);
  CHECK(f.queue->status().bytes_held <= claimed + segments * least + limits::read_bytes_max);
}

TEST_CASE("large events of many segments are finished one after the other", "[read_budget]") {
  constexpr std::size_t limit = 2 * megabyte;
  constexpr std::int32_t segments = 12;
  queue_fixture f{limit};
  for (std::int32_t number = 0; number < segments; ++number) {
    byte_vector content = events({"small"});
    append_event(content, std::string(3 * megabyte, 'x'));
    append_event(content, "behind it");
    f.store.put(test_segment(number), content, true);
    f.add(number, 0, {256u << 10, 2, 4 * megabyte});
  }
  std::size_t most = 0;
  std::map<std::int32_t, std::size_t> got;
  std::size_t ended = 0;
  for (int steps = 0; ended < segments && steps < 100'000; ++steps) {
    // A connection that ends gives the place to others.
    if (steps % 97 == 96) f.connect(steps % segments);
    if (!f.store.step()) REQUIRE(f.queue->status().segments.size() > 0);
    most = std::max(most, f.queue->status().bytes_held);
    auto item = f.take();
    if (!item) continue;
    if (const auto* slice = std::get_if<event_slice>(&*item))
      got[slice->in().id.number] += slice->event_count();
    else
      ++ended;
  }
  CHECK(ended == segments);
  for (const auto& [number, count] : got)
    CHECK(count == 3);
  CHECK(most <= 3 * megabyte + 3 * megabyte + limit + segments * (256u << 10));
}
