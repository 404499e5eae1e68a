#include "server/io_thread.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE(
    "io thread: jobs run one after the other on one thread, and give their results back") {
  io_thread thread;
  thread.start();
  std::vector<int> order;
  std::thread::id first;
  thread.post([&] { first = std::this_thread::get_id(); });
  for (int i = 0; i < 100; ++i)
    thread.post([&, i] { order.push_back(i); });
  const auto second = thread.run([] { return std::this_thread::get_id(); });
  CHECK(first == second);
  CHECK(second != std::this_thread::get_id());
  REQUIRE(order.size() == 100);
  CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("io thread: what was posted before the end still runs") {
  int done = 0;
  {
    io_thread thread;
    thread.start();
    for (int i = 0; i < 50; ++i) {
      thread.post([&] { thread.post([&] { ++done; }); });
    }
    thread.stop();
    thread.stop();
  }
  CHECK(done == 50);
}

TEST_CASE("io thread: signals are left to the application's threads") {
  io_thread thread;
  thread.start();
  const bool blocked = thread.run([] {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGTERM) == 1;
  });
  CHECK(blocked);
  sigset_t mine;
  pthread_sigmask(SIG_SETMASK, nullptr, &mine);
  CHECK(sigismember(&mine, SIGTERM) == 0);
}

TEST_CASE("io thread: one that was never started can be dropped") {
  int done = 0;
  {
    io_thread thread;
    thread.post([&] { ++done; });
  }
  CHECK(done == 0);
}
