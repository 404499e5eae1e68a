#include "grpc_port/name_addresses.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <new>
#include <set>

#include "support/catch.hpp"
#include "support/eventually.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace std::chrono_literals;
using internal::name_addresses;

namespace {

const std::string name = "controller.invalid";
const std::string other = "127.0.0.2";
const std::string well = "127.0.0.1";
const time_point start{1h};

/// Answers look-ups with what the test says last.
struct name_server {
  using addresses = std::vector<std::string>;
  struct state {
    std::mutex mutex;
    addresses next;
    int asked = 0;
    bool no_memory = false;
  };
  std::shared_ptr<state> shared = std::make_shared<state>();
  name_addresses book{[s = shared](const std::string&) {
    std::lock_guard lock{s->mutex};
    ++s->asked;
    if (s->no_memory) throw std::bad_alloc{};
    return s->next;
  }};
  time_point now = start;

  int asked() const {
    std::lock_guard lock{shared->mutex};
    return shared->asked;
  }
  /// Asks when the longest pause is over, until the question is taken.
  void answer(addresses next, bool no_memory = false) {
    {
      std::lock_guard lock{shared->mutex};
      shared->next = std::move(next);
      shared->no_memory = no_memory;
    }
    const auto before = asked();
    now += name_addresses::gap_max;
    REQUIRE(eventually([&] {
      book.ask(name, now);
      return asked() > before;
    }));
  }
};

}  // namespace

TEST_CASE("the system's answer for loopback names") {
  const auto found = internal::look_up_host("localhost");
  REQUIRE_FALSE(found.empty());
  CHECK(std::set<std::string>(found.begin(), found.end()).size() == found.size());
  for (const auto& each : found)
    CHECK((each == "127.0.0.1" || each == "::1"));
  CHECK(internal::look_up_host("controller.invalid").empty());
}

TEST_CASE("a look-up is made once at a time, and less often while nothing changes") {
  using internal::name_addresses;
  const time_point start{1h};
  const auto asked = std::make_shared<std::atomic<int>>(0);
  name_addresses book{[asked](const std::string&) {
    ++*asked;
    return std::vector{well};
  }};
  CHECK(book.of(name).empty());
  book.ask(name, start);
  REQUIRE(eventually([&] { return book.version() == 1; }));
  CHECK(book.of(name) == std::vector{well});
  auto now = start;
  duration gap = name_addresses::gap_min;
  for (int round = 1; round < 8; ++round) {
    book.ask(name, now + gap - 1ms);
    CHECK(*asked == round);
    now += gap;
    // The answer before is there when the next question is taken.
    REQUIRE(eventually([&] {
      book.ask(name, now);
      return *asked == round + 1;
    }));
    gap = std::min<duration>(2 * gap, name_addresses::gap_max);
  }
  CHECK(gap == name_addresses::gap_max);
  CHECK(book.version() == 1);
}

TEST_CASE("addresses in another order are no news") {
  name_server server;
  server.answer({well, other});
  REQUIRE(eventually([&] { return server.book.version() == 1; }));
  server.answer({other, well});
  server.answer({well, other, "::1"});
  REQUIRE(eventually([&] { return server.book.version() == 2; }));
  CHECK(server.book.of(name) == std::vector<std::string>{well, other, "::1"});
}

TEST_CASE("without an answer what was known stays") {
  name_server server;
  server.answer({well});
  REQUIRE(eventually([&] { return server.book.version() == 1; }));
  server.answer({});
  server.answer({}, true);
  // The next question is taken when the one before has its answer.
  server.answer({well});
  CHECK(server.book.version() == 1);
  CHECK(server.book.of(name) == std::vector<std::string>{well});
  CHECK(server.book.of("another.invalid").empty());
}

TEST_CASE("a book may go while a look-up is on its way") {
  std::promise<void> asked;
  std::promise<void> gone;
  const auto go_on = gone.get_future().share();
  auto told = std::make_shared<std::promise<void>>();
  auto answered = told->get_future();
  {
    name_addresses book{[&asked, go_on, told](const std::string&) {
      asked.set_value();
      go_on.wait();
      told->set_value();
      return std::vector{well};
    }};
    book.ask(name, start);
    asked.get_future().wait();
  }
  gone.set_value();
  CHECK(answered.wait_for(30s) == std::future_status::ready);
}
