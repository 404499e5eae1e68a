#include "grpc_port/call_timer.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/eventually.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace std::chrono_literals;

TEST_CASE("a call timer keeps the order of times, not of calls") {
  std::mutex mutex;
  std::vector<int> ran;
  const auto note = [&](int which) {
    return [&, which] {
      const std::lock_guard lock{mutex};
      ran.push_back(which);
    };
  };
  call_timer timer;
  const auto now = clock_type::now();
  timer.at(now + 100ms, note(2));
  timer.at(now + 50ms, note(1));
  timer.at(now, note(0));
  REQUIRE(test::eventually([&] {
    const std::lock_guard lock{mutex};
    return ran.size() == 3;
  }));
  CHECK(ran == std::vector<int>{0, 1, 2});
  CHECK(clock_type::now() - now >= 100ms);
}

TEST_CASE("the end of a call timer runs what is left") {
  std::atomic<int> ran{0};
  {
    call_timer timer;
    for (int i = 0; i < 10; ++i)
      timer.at(clock_type::now() + 1h, [&] { ++ran; });
  }
  CHECK(ran == 10);
}

TEST_CASE("a call timer may end in its own thread") {
  auto timer = std::make_shared<call_timer>();
  std::promise<void> ended;
  auto& to = *timer;
  to.at(clock_type::now(), [timer = std::move(timer), &ended]() mutable {
    timer.reset();
    ended.set_value();
  });
  CHECK(ended.get_future().wait_for(30s) == std::future_status::ready);
}
