// What the controller does by itself again and again.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>

namespace pravega_sandbox {

/// Used on the thread of its io_context, except for `start` before that runs.
class periodic_job {
 public:
  /// Does one period's work; returns how many things it has changed.
  using work = std::function<std::size_t(std::chrono::milliseconds period)>;

  periodic_job(asio::io_context& io, work job) : timer_{io}, job_{std::move(job)} {}

  /// 0: never runs.
  void start(std::chrono::milliseconds period);
  void stop();
  /// All that it has changed.
  [[nodiscard]] std::uint64_t changes() const noexcept { return changes_; }

 private:
  void wait();

  asio::steady_timer timer_;
  const work job_;
  std::chrono::milliseconds period_{0};
  std::uint64_t changes_ = 0;
};

}  // namespace pravega_sandbox
