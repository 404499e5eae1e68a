#include "core/buffer_pool.hpp"

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/splitmix.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("a buffer has at least the size asked for, and not much more") {
  buffer_pool pool;
  for (const std::size_t size :
       {0ul, 1ul, 4096ul, 8192ul, 8193ul, 65536ul, 2097152ul, 2097252ul, 16777223ul}) {
    INFO(size);
    const auto taken = pool.take(size);
    CHECK(taken->capacity() >= size);
    CHECK(taken->capacity() <= 2 * size + 2 * buffer_pool::slack_bytes);
    std::memset(taken->data(), 0xA5, taken->capacity());
  }
  CHECK(pool.take(2097252)->capacity() == (2u << 20) + buffer_pool::slack_bytes);
}

TEST_CASE("a buffer that comes back is used again") {
  buffer_pool pool;
  auto first = pool.take(100000);
  const auto* memory = first->data();
  CHECK(pool.outstanding_bytes() == first->capacity());
  CHECK(pool.retained_bytes() == 0);
  const auto capacity = first->capacity();
  first.reset();
  CHECK(pool.outstanding_bytes() == 0);
  CHECK(pool.retained_bytes() == capacity);
  CHECK(pool.take(100001)->data() == memory);
  const auto other_class = pool.take(1000000);
  CHECK(other_class->data() != memory);
}

TEST_CASE("a buffer comes back with the last of its holders") {
  buffer_pool pool;
  auto first = pool.take(10);
  const std::shared_ptr<const void> second{first, first->data()};
  const std::weak_ptr<buffer> watcher = first;
  first.reset();
  CHECK(!watcher.expired());
  CHECK(pool.retained_bytes() == 0);
  const auto other = pool.take(10);
  CHECK(other->data() != second.get());
}

TEST_CASE("a weak pointer does not see the next holder's buffer") {
  buffer_pool pool;
  auto first = pool.take(10);
  const std::weak_ptr<buffer> watcher = first;
  first.reset();
  const auto second = pool.take(10);
  CHECK(watcher.expired());
  CHECK(!watcher.lock());
}

TEST_CASE("no more than the limit is kept") {
  const std::size_t one = 65536 + buffer_pool::slack_bytes;
  buffer_pool pool{2 * one};
  {
    std::vector<std::shared_ptr<buffer>> held;
    for (int i = 0; i < 5; ++i)
      held.push_back(pool.take(65536));
    CHECK(pool.outstanding_bytes() == 5 * one);
  }
  CHECK(pool.retained_bytes() == 2 * one);
  CHECK(pool.outstanding_bytes() == 0);

  buffer_pool none{0};
  none.take(65536).reset();
  CHECK(none.retained_bytes() == 0);
}

TEST_CASE("buffers above the largest class are made and freed") {
  buffer_pool pool;
  const auto size = buffer_pool::largest_bytes + buffer_pool::slack_bytes + 1;
  auto taken = pool.take(size);
  CHECK(taken->capacity() == size);
  taken.reset();
  CHECK(pool.retained_bytes() == 0);
  CHECK(pool.outstanding_bytes() == 0);
}

TEST_CASE("buffers outlive their pool") {
  std::vector<std::shared_ptr<buffer>> held;
  {
    buffer_pool pool;
    for (const std::size_t size : {100u, 70000u, 20u << 20})
      held.push_back(pool.take(size));
    pool.take(100).reset();
  }
  for (const auto& each : held)
    std::memset(each->data(), 1, each->capacity());
}

TEST_CASE("threads share a pool", "[threads]") {
  buffer_pool pool{1u << 20};
  std::atomic<int> shared_twice{0};
  std::vector<std::thread> threads;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    threads.emplace_back([&pool, &shared_twice, seed] {
      splitmix random{seed};
      std::vector<std::shared_ptr<buffer>> held(8);
      for (int round = 0; round < 5000; ++round) {
        auto& slot = held[random.below(held.size())];
        slot = pool.take(static_cast<std::size_t>(random.magnitude(17)));
        // Two holders of one buffer would see each other's byte.
        *slot->data() = static_cast<std::byte>(seed);
        for (const auto& each : held) {
          if (each && *each->data() != static_cast<std::byte>(seed)) ++shared_twice;
        }
      }
    });
  }
  for (auto& each : threads)
    each.join();
  CHECK(shared_twice == 0);
  CHECK(pool.outstanding_bytes() == 0);
  CHECK(pool.retained_bytes() <= 1u << 20);
}
