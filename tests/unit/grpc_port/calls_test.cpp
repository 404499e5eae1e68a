#include "grpc_port/calls.hpp"

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using pravega_actor::internal::calls_under_way;

namespace {

/// Stands for the other side: answers calls in its own threads.
class answerers {
 public:
  explicit answerers(calls_under_way& calls) : calls_{calls} {
    for (auto& thread : threads_)
      thread = std::thread{[this] { work(); }};
  }
  ~answerers() {
    stopped_ = true;
    for (auto& thread : threads_)
      thread.join();
  }
  struct call {
    std::atomic<bool> cancelled{false};
    std::atomic<int> answered{0};
  };
  void start(const std::shared_ptr<call>& which) {
    const auto id = calls_.add([which] { which->cancelled = true; });
    const std::lock_guard lock{mutex_};
    waiting_.emplace_back(id, which);
  }

 private:
  void work() {
    while (!stopped_) {
      std::unique_lock lock{mutex_};
      if (waiting_.empty()) {
        lock.unlock();
        std::this_thread::yield();
        continue;
      }
      const auto [id, which] = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      calls_.answer(id, [&held = *which] { ++held.answered; });
    }
  }
  calls_under_way& calls_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::deque<std::pair<std::uint64_t, std::shared_ptr<call>>> waiting_;
  std::array<std::thread, 3> threads_;
};

}  // namespace

TEST_CASE("calls under way: all are answered when cancel_all returns") {
  for (int round = 0; round < 50; ++round) {
    calls_under_way calls;
    answerers other{calls};
    std::vector<std::shared_ptr<answerers::call>> all(200);
    for (auto& each : all)
      each = std::make_shared<answerers::call>();
    std::atomic<std::size_t> started{0};
    std::vector<std::thread> starters;
    for (int t = 0; t < 2; ++t) {
      starters.emplace_back([&] {
        for (auto i = started++; i < all.size(); i = started++)
          other.start(all[i]);
      });
    }
    if (round % 2 == 0) calls.cancel_all();
    for (auto& thread : starters)
      thread.join();
    calls.cancel_all();
    CHECK(calls.cancelled());
    for (const auto& each : all)
      CHECK(each->answered == 1);
  }
}

TEST_CASE("calls under way: what a call holds is free when cancel_all returns") {
  calls_under_way calls;
  const auto held = std::make_shared<int>(1);
  const auto id = calls.add([held] { ++*held; });
  std::thread answerer{[&] {
    calls.answer(id, [] { std::this_thread::sleep_for(std::chrono::milliseconds{20}); });
  }};
  calls.cancel_all();
  CHECK(held.use_count() == 1);
  answerer.join();
}

TEST_CASE("calls under way: a call that comes after the end is born cancelled") {
  calls_under_way calls;
  calls.cancel_all();
  bool cancelled = false;
  const auto id = calls.add([&] { cancelled = true; });
  CHECK(cancelled);
  calls.answer(id, [] {});
  calls.cancel_all();
}

TEST_CASE("calls under way: an answer that never comes is not waited for for ever") {
  calls_under_way calls;
  bool cancelled = false;
  const auto id = calls.add([&] { cancelled = true; });
  CHECK_FALSE(calls.cancel_all(std::chrono::milliseconds{10}));
  CHECK(cancelled);
  calls.answer(id, [] {});
  CHECK(calls.cancel_all(std::chrono::milliseconds{10}));
}

TEST_CASE("calls under way: a callback that throws has answered all the same") {
  calls_under_way calls;
  const auto held = std::make_shared<int>(1);
  const auto id = calls.add([held] { ++*held; });
  CHECK_THROWS_AS(calls.answer(id, [] { throw std::runtime_error{"thrown by the test"}; }),
                  std::runtime_error);
  CHECK_FALSE(calls.in_callback());
  CHECK(held.use_count() == 1);
  // Nothing is under way: were the call still known, this would wait for ever.
  if (held.use_count() == 1) calls.cancel_all();
}

TEST_CASE("calls under way: several callbacks may cancel all and wait for one another") {
  for (int round = 0; round < 50; ++round) {
    calls_under_way calls;
    std::atomic<int> through{0};
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 4; ++i)
      ids.push_back(calls.add([] {}));
    CHECK_FALSE(calls.in_callback());
    std::vector<std::thread> threads;
    for (const auto id : ids) {
      threads.emplace_back([&, id] {
        calls.answer(id, [&] {
          if (calls.in_callback()) calls.cancel_all();
          ++through;
        });
      });
    }
    for (auto& thread : threads)
      thread.join();
    CHECK(through == 4);
    calls.cancel_all();
  }
}
