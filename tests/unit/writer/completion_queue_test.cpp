#include "writer/completion_queue.hpp"

#include <deque>

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

struct queue_fixture {
  completion_queue queue;
  std::vector<event_ticket> called;
  bool keep_failures = false;
  std::vector<event_ticket> failed;
  void add(event_ticket ticket) {
    queue.add(ticket, [this, ticket](const write_result& outcome) {
      CHECK(outcome.ticket == ticket);
      if (keep_failures && !outcome.outcome) return failed.push_back(ticket);
      CHECK(outcome.durable);
      CHECK(outcome.outcome.has_value());
      called.push_back(ticket);
    });
  }
  void complete(event_ticket through) {
    completion_queue::batch batch;
    queue.take_through(through, batch);
    batch.succeed([](const char*) {});
  }
};

}  // namespace

TEST_CASE("an empty queue has nothing to take", "[completion_queue]") {
  queue_fixture f;
  completion_queue::batch batch;
  f.queue.take_through(1000, batch);
  CHECK(batch.empty());
  CHECK(f.queue.empty());
  f.add(5);
  CHECK_FALSE(f.queue.empty());
  f.queue.take_through(4, batch);
  CHECK(batch.empty());
  f.queue.take_through(5, batch);
  CHECK_FALSE(batch.empty());
  CHECK(f.queue.empty());
}

TEST_CASE("completions are called once and in order, whatever is taken at a time",
          "[completion_queue]") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    splitmix random{seed};
    queue_fixture f;
    std::deque<event_ticket> waiting;
    std::vector<event_ticket> expected;
    event_ticket last = 0;
    for (int i = 0; i < 60; ++i) {
      for (auto count = random.below(400); count > 0; --count) {
        last += 1 + random.below(3);
        f.add(last);
        waiting.push_back(last);
      }
      const auto through = last - std::min(last, random.below(900));
      f.complete(through);
      while (!waiting.empty() && waiting.front() <= through) {
        expected.push_back(waiting.front());
        waiting.pop_front();
      }
      REQUIRE(f.called == expected);
      REQUIRE(f.queue.empty() == waiting.empty());
    }
  }
}

TEST_CASE("each is told its own outcome, by its ticket", "[completion_queue]") {
  queue_fixture f;
  f.keep_failures = true;
  for (event_ticket ticket = 1; ticket <= 600; ++ticket)
    f.add(ticket);
  f.complete(257);
  completion_queue::batch rest;
  f.queue.take_through(600, rest);
  write_result outcome;
  rest.tell(
      [&](event_ticket ticket) -> const write_result& {
        outcome = {ticket, false, errc::not_written};
        return outcome;
      },
      [](const char*) {});
  REQUIRE(f.failed.size() == 343);
  CHECK(f.failed.front() == 258);
  CHECK(f.failed.back() == 600);
  CHECK(f.queue.empty());
}

TEST_CASE("a batch that is cleared lets its functions go and is used again",
          "[completion_queue]") {
  queue_fixture f;
  const auto held = std::make_shared<int>();
  for (event_ticket ticket = 1; ticket <= 300; ++ticket)
    f.queue.add(ticket, [held](const write_result&) {});
  completion_queue::batch batch;
  f.queue.take_through(290, batch);
  batch.clear();
  CHECK(batch.empty());
  CHECK(held.use_count() == 11);
  f.queue.take_through(300, batch);
  batch.clear();
  CHECK(held.use_count() == 1);
}
