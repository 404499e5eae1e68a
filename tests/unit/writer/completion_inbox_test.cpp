#include "writer/completion_inbox.hpp"

#include <stdexcept>

#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "unit/writer/write_log_rig.hpp"
#include "writer/pending_answers.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

struct counted_request final : pending_request {
  int& gone;
  explicit counted_request(int& counter) : gone{counter} {}
  ~counted_request() override { ++gone; }
  void answer(event_writer_state&) override {}
  void answer_at_death(event_writer_state&) override {}
};

std::vector<event_ticket> take_all(completion_inbox& from) {
  std::vector<event_ticket> tickets;
  while (auto* each = from.take()) {
    tickets.push_back(each->outcome().ticket);
    each->let_go();
  }
  return tickets;
}

}  // namespace

TEST_CASE("one wake-up brings many outcomes, in order", "[completion_inbox]") {
  int gone = 0;
  int woken = 0;
  completion_inbox inbox{[&] { ++woken; }};
  CHECK_FALSE(inbox.filled());
  for (event_ticket i = 1; i <= 3; ++i)
    inbox.put(*new counted_request{gone}, {i, true, {}});
  CHECK(woken == 1);
  CHECK(inbox.filled());
  CHECK(take_all(inbox) == std::vector<event_ticket>{1, 2, 3});
  CHECK(gone == 3);
  CHECK_FALSE(inbox.filled());
  inbox.put(*new counted_request{gone}, {4, true, {}});
  inbox.signal();
  CHECK(woken == 2);
  CHECK(take_all(inbox) == std::vector<event_ticket>{4});
  inbox.signal();
  CHECK(woken == 3);
}

TEST_CASE("a wake-up that throws loses no later one", "[completion_inbox]") {
  int gone = 0;
  int tried = 0;
  bool works = false;
  completion_inbox inbox{[&] {
    ++tried;
    if (!works) throw std::bad_alloc{};
  }};
  inbox.put(*new counted_request{gone}, {1, true, {}});
  inbox.put(*new counted_request{gone}, {2, true, {}});
  CHECK(tried == 2);
  works = true;
  inbox.put(*new counted_request{gone}, {3, true, {}});
  inbox.put(*new counted_request{gone}, {4, true, {}});
  CHECK(tried == 3);
  CHECK(take_all(inbox) == std::vector<event_ticket>{1, 2, 3, 4});
}

TEST_CASE("what could not be answered comes first the next time", "[completion_inbox]") {
  int gone = 0;
  int woken = 0;
  completion_inbox inbox{[&] { ++woken; }};
  inbox.put(*new counted_request{gone}, {1, true, {}});
  inbox.put(*new counted_request{gone}, {2, true, {}});
  inbox.put_back(*inbox.take());
  CHECK(inbox.filled());
  inbox.put(*new counted_request{gone}, {3, true, {}});
  CHECK(woken == 2);
  CHECK(take_all(inbox) == std::vector<event_ticket>{1, 2, 3});
  inbox.put(*new counted_request{gone}, {4, true, {}});
  inbox.put_back(*inbox.take());
  CHECK(take_all(inbox) == std::vector<event_ticket>{4});
  CHECK(gone == 4);
}

TEST_CASE("a request lives until both have let go, also behind the actor's end",
          "[completion_inbox]") {
  int gone = 0;
  completion_inbox inbox{[] {}};
  auto* sooner = new counted_request{gone};
  auto* later = new counted_request{gone};
  inbox.put(*sooner, {1, true, {}});
  CHECK(take_all(inbox).size() == 1);
  CHECK(gone == 1);
  inbox.close();
  later->let_go();
  CHECK(gone == 1);
  inbox.put(*later, {2, true, {}});
  CHECK(gone == 2);
  CHECK(inbox.take() == nullptr);
}

TEST_CASE("requests that are not answered keep their order", "[completion_inbox]") {
  int gone = 0;
  counted_request a{gone};
  counted_request b{gone};
  counted_request c{gone};
  pending_requests all;
  all.add(a);
  all.add(b);
  all.add(c);
  all.remove(b);
  CHECK(all.first() == &a);
  all.remove(a);
  CHECK(all.first() == &c);
  all.add(b);
  all.remove(c);
  CHECK(all.first() == &b);
  all.remove(b);
  CHECK(all.first() == nullptr);
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("outcomes that meet a full memory are delivered all the same", "[completion_inbox]") {
  int gone = 0;
  int woken = 0;
  std::unique_ptr<int> message;
  log_rig r;
  r.connect();
  completion_inbox inbox{[&] {
    ++woken;
    // A message takes memory.
    message = std::make_unique<int>(woken);
  }};
  for (int i = 0; i < 10; ++i) {
    auto* request = new counted_request{gone};
    REQUIRE(r.log->add("k", as_bytes("x"), completion_of(inbox, *request)));
  }
  const auto durable = r.channels[0]->log().acknowledge(1);
  REQUIRE(durable);
  const auto told = [&] {
    {
      std::lock_guard lock{r.log->mutex()};
      r.log->on_durable(*durable);
    }
    r.log->deliver();
  };
  CHECK_FALSE(fails_from(1, told));
  CHECK(woken == 1);
  CHECK_FALSE(fails_from(1, [&] { r.log->fail(errc::retries_exhausted); }));
  // The first wake-up failed, so each of the others tries again.
  CHECK(woken == 10);
  const auto tickets = take_all(inbox);
  CHECK(tickets == std::vector<event_ticket>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  CHECK(gone == 10);
}
#endif
