// A client over ports in memory with real threads: a controller by script, a store of its own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "pravega_actor/client.hpp"
#include "support/catch.hpp"
#include "support/stress_store.hpp"

namespace pravega_actor::test {

/// Answers calls in a thread of its own.
class scripted_controller final : public controller_port {
 public:
  using script = std::function<result<controller::reply>(const controller::request&)>;

  explicit scripted_controller(script answers)
      : answers_{std::move(answers)}, thread_{[this] { run(); }} {}
  ~scripted_controller() override { shut_down(); }

  void start(const controller::request& call, duration, callback done) override {
    {
      std::lock_guard lock{mutex_};
      names_.emplace_back(controller::name_of(call));
      if (!over_) return calls_.push_back({call, std::move(done)}), changed_.notify_one();
    }
    done(errc::cancelled);
  }
  void shut_down() override {
    std::deque<waiting> left;
    {
      std::lock_guard lock{mutex_};
      over_ = true;
      left.swap(calls_);
    }
    changed_.notify_all();
    for (auto& each : left)
      each.done(errc::cancelled);
    if (thread_.joinable()) thread_.join();
  }
  std::string address() const override { return "controller:9090"; }
  std::size_t controllers() const override { return count; }
  /// How many controllers it stands for.
  std::size_t count = 1;
  /// The calls so far, by name.
  std::vector<std::string> names() const {
    std::lock_guard lock{mutex_};
    return names_;
  }

 private:
  struct waiting {
    controller::request call;
    callback done;
  };
  void run() {
    for (;;) {
      std::optional<waiting> next;
      {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return over_ || !calls_.empty(); });
        if (calls_.empty()) return;
        next = std::move(calls_.front());
        calls_.pop_front();
      }
      next->done(answers_(next->call));
    }
  }
  const script answers_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<waiting> calls_;
  std::vector<std::string> names_;
  bool over_ = false;
  std::thread thread_;
};

class live_environment final : public environment {
 public:
  std::int64_t wall_clock_ms() override { return 0; }
  time_point now() override { return clock_type::now(); }
  std::uint64_t random() override {
    std::lock_guard lock{mutex_};
    return random_();
  }
  std::int32_t next_flow_id() override { return ++flow_; }

 private:
  std::mutex mutex_;
  splitmix random_{7};
  std::atomic<std::int32_t> flow_{0};
};

/// One stream "scope/stream" with two segments; everything else is not found.
inline result<controller::reply> one_stream(const controller::request& call) {
  const scoped_stream known{"scope", "stream"};
  if (const auto* current = call.get_if<controller::get_current_segments>()) {
    if (current->stream != known)
      return error{errc::stream_not_found}.with_subject(current->stream.to_string());
    return controller::reply{
        controller::segment_ranges{{{{0, 0}, {0.0, 0.5}}, {{1, 0}, {0.5, 1.0}}}, "token"}};
  }
  if (call.holds<controller::get_uri>()) return controller::reply{endpoint{"store", 1}};
  return errc::unsupported_operation;
}

struct live_world {
  std::shared_ptr<scripted_controller> controller;
  std::shared_ptr<stress_store> store;

  explicit live_world(scripted_controller::script answers = one_stream,
                      std::uint64_t blocks_per_cut = 1u << 30)
      : controller{std::make_shared<scripted_controller>(std::move(answers))},
        store{std::make_shared<stress_store>(1, blocks_per_cut)} {}
  client_ports ports() const {
    return {std::make_shared<live_environment>(), store, controller};
  }
  /// All stored events; ends the store.
  std::size_t stored_events() const {
    store->stop();
    std::size_t count = 0;
    for (const auto& [writer, held] : store->content())
      count += held.events.size();
    return count;
  }
};

}  // namespace pravega_actor::test
