// An environment whose actors can be killed, as if their thread had died in the middle of work.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>

#include "pravega_actor/ports/environment.hpp"

namespace pravega_actor::tool {

/// Passes everything through to another environment; on command it kills one actor at the next
/// action of its machine. Thread-safe.
class demo_environment final : public environment {
 public:
  /// Called when an actor is killed, in its thread, with the place in words.
  using told = std::function<void(const std::string& where)>;

  /// Kills owners of machines of this name, for example "segment_writer".
  demo_environment(std::shared_ptr<environment> inner, std::string machine)
      : inner_{std::move(inner)}, machine_{std::move(machine)} {}

  std::int64_t wall_clock_ms() override { return inner_->wall_clock_ms(); }
  time_point now() override { return inner_->now(); }
  std::uint64_t random() override { return inner_->random(); }
  std::int32_t next_flow_id() override { return inner_->next_flow_id(); }
  bool strike(std::string_view machine, std::string_view action, strike_moment moment) override;

  /// Kills the actor whose machine acts next; it waits for one if none does. Orders add up.
  void kill_one() { ++ordered_; }
  /// Orders that wait for an actor.
  [[nodiscard]] std::size_t waiting() const noexcept { return ordered_; }
  [[nodiscard]] std::size_t killed() const noexcept { return killed_; }
  /// Takes back the orders that wait.
  void end_kills() { ordered_ = 0; }
  /// Replaces an earlier one; an empty function removes it, and then none is running any more.
  void on_kill(told sink);

 private:
  const std::shared_ptr<environment> inner_;
  const std::string machine_;
  std::atomic<std::size_t> ordered_{0};
  std::atomic<std::size_t> killed_{0};
  std::mutex mutex_;
  told sink_;
};

}  // namespace pravega_actor::tool
