#include "core/checked_mutex.hpp"

#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a checked lock excludes other threads until it is released",
          "[checked_mutex][threads]") {
  checked_mutex mutex;
  int counted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) {
        checked_lock lock{mutex};
        ++counted;
        if (k % 2 == 0) lock.unlock();
      }
    });
  for (auto& each : threads)
    each.join();
  CHECK(counted == 4000);
}
