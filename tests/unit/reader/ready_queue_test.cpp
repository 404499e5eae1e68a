#include "reader/ready_queue.hpp"

#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using changes = read_flow::changes;

namespace {

constexpr std::size_t megabyte = 1u << 20;

changes ready(std::size_t cost = 100) {
  changes out;
  out.ready = true;
  out.waiting = cost;
  return out;
}

ready_queue with_segments(int count, std::size_t bytes_max = megabyte) {
  ready_queue queue{bytes_max};
  for (int i = 0; i < count; ++i)
    queue.add();
  return queue;
}

}  // namespace

TEST_CASE("segments with something to hand out take turns", "[ready_queue]") {
  auto queue = with_segments(3);
  CHECK_FALSE(queue.next());
  queue.account(7, ready());
  queue.account(8, ready());
  std::vector<int> order;
  for (int i = 0; i < 4; ++i) {
    order.push_back(*queue.next());
    queue.pass_on(10, true);
  }
  CHECK(order == std::vector<int>{7, 8, 7, 8});
  queue.pass_on(10, false);
  CHECK(*queue.next() == 8);
  queue.account(9, ready());
  queue.pass_on(10, true);
  CHECK(*queue.next() == 9);
  queue.pass_on(10, false);
  CHECK(*queue.next() == 8);
  queue.pass_on(10, false);
  CHECK_FALSE(queue.next());
}

TEST_CASE("what waits and what is asked for is held", "[ready_queue]") {
  auto queue = with_segments(2);
  CHECK(queue.ask(7, 1000, false) == 1000);
  CHECK(queue.bytes_held() == 1000);
  auto answered = ready(400);
  answered.answered_bytes = 1000;
  queue.account(7, answered);
  CHECK(queue.bytes_held() == 400);
  queue.pass_on(100, true);
  CHECK(queue.bytes_held() == 300);
  CHECK(queue.begin({8, 5000}));
  CHECK(queue.bytes_held() == 5300);
  changes dropped;
  dropped.dropped = 300;
  queue.account(7, dropped);
  changes over;
  over.event_bytes = 5000;
  queue.account(8, over);
  CHECK(queue.bytes_held() == 0);
}

TEST_CASE("a segment that is taken away has no turn and waits for no room", "[ready_queue]") {
  auto queue = with_segments(3);
  queue.account(7, ready(megabyte));
  queue.account(8, ready(0));
  CHECK(queue.ask(7, megabyte, true) == 0);
  CHECK(queue.ask(8, megabyte, true) == 0);
  CHECK(queue.begin({8, megabyte}));
  CHECK_FALSE(queue.begin({7, megabyte}));
  CHECK_FALSE(queue.begin({9, megabyte}));
  changes all;
  all.dropped = megabyte;
  all.event_withdrawn = true;
  queue.account(7, all);
  queue.remove(7);
  CHECK(*queue.next() == 8);
  changes over;
  over.event_bytes = megabyte;
  queue.account(8, over);
  CHECK(queue.next_refused() == 8);
  CHECK_FALSE(queue.next_refused());
  CHECK(queue.next_event()->in == 9);
  CHECK_FALSE(queue.next_event());
  queue.pass_on(0, false);
  CHECK_FALSE(queue.next());
}

TEST_CASE("an event that does not wait any more is not begun", "[ready_queue]") {
  auto queue = with_segments(2);
  CHECK(queue.begin({7, 2 * megabyte}));
  CHECK_FALSE(queue.begin({8, megabyte}));
  changes gone;
  gone.event_withdrawn = true;
  queue.account(8, gone);
  changes over;
  over.event_bytes = 2 * megabyte;
  queue.account(7, over);
  CHECK_FALSE(queue.next_event());
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a queue takes memory for a segment when it is added only", "[ready_queue]") {
  auto queue = with_segments(40);
  CHECK_FALSE(test::fails_from(1, [&] {
    for (int i = 0; i < 40; ++i) {
      queue.account(i, ready(megabyte));
      (void)queue.ask(i, megabyte, true);
      (void)queue.begin({i, megabyte});
    }
    for (int i = 0; i < 100; ++i)
      queue.pass_on(0, true);
  }));
  CHECK(test::fails_from(1, [&] { queue.add(); }));
  CHECK(*queue.next() == 20);
}
#endif
