#include <algorithm>
#include <bitset>
#include <ctime>
#include <thread>
#include <vector>

#include "pravega_actor/ports/environment.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;

namespace {

/// What `threads` threads get that each call `next` `count` times.
template <class F>
auto gather(std::size_t threads, std::size_t count, F next) {
  std::vector<std::vector<decltype(next())>> each(threads);
  std::vector<std::thread> workers;
  for (auto& mine : each) {
    workers.emplace_back([&mine, count, next] {
      for (std::size_t i = 0; i < count; ++i)
        mine.push_back(next());
    });
  }
  for (auto& worker : workers)
    worker.join();
  std::vector<decltype(next())> all;
  for (const auto& mine : each)
    all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("the clocks are the system's") {
  const auto env = make_system_environment();
  const auto wall_s = env->wall_clock_ms() / 1000;
  CHECK(std::abs(wall_s - static_cast<std::int64_t>(std::time(nullptr))) <= 2);
  const auto before = clock_type::now();
  const auto now = env->now();
  CHECK(before <= now);
  CHECK(now <= clock_type::now());
}

TEST_CASE("random numbers do not repeat over threads and environments") {
  const auto one = make_system_environment();
  const auto two = make_system_environment();
  auto all = gather(4, 20000, [&] { return one->random(); });
  const auto more = gather(4, 20000, [&] { return two->random(); });
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

TEST_CASE("each random bit is set about half of the time") {
  const auto env = make_system_environment();
  constexpr int draws = 20000;
  std::vector<int> set(64, 0);
  for (int i = 0; i < draws; ++i) {
    const std::bitset<64> bits{env->random()};
    for (std::size_t bit = 0; bit < 64; ++bit)
      set[bit] += bits[bit] ? 1 : 0;
  }
  // Ten standard deviations of a fair coin.
  for (const int count : set)
    CHECK(std::abs(count - draws / 2) < 710);
}

TEST_CASE("random UUIDs have version 4 and are distinct") {
  const auto env = make_system_environment();
  const auto ids = gather(2, 1000, [&] { return env->random_uuid(); });
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  for (const auto& id : ids) {
    CHECK((id.msb >> 12 & 0xF) == 4);
    CHECK(id.lsb >> 62 == 2);
  }
}

TEST_CASE("flow ids are positive and unique in the process") {
  const auto one = make_system_environment();
  const auto two = make_system_environment();
  auto all = gather(4, 5000, [&] { return one->next_flow_id(); });
  const auto more = gather(4, 5000, [&] { return two->next_flow_id(); });
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  CHECK(all.front() >= 1);
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

TEST_CASE("the real environment strikes nothing") {
  CHECK_FALSE(make_system_environment()->strike("m", "a", strike_moment::before));
}
