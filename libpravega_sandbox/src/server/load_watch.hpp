// Has streams scaled by their load, window by window.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>

#include "controller/controller_model.hpp"
#include "server/store_clock.hpp"

namespace pravega_sandbox {

/// Used on the thread of its io_context, except for `start` before that runs.
class load_watch {
 public:
  load_watch(asio::io_context& io, controller_model& controller, store_clock& clock)
      : timer_{io}, controller_{controller}, clock_{clock} {}

  /// 0: never looks.
  void start(std::chrono::milliseconds window);
  void stop();
  /// How many scalings there were.
  [[nodiscard]] std::uint64_t scalings() const noexcept { return scalings_; }

 private:
  void wait();

  asio::steady_timer timer_;
  controller_model& controller_;
  store_clock& clock_;
  std::chrono::milliseconds window_{0};
  std::uint64_t scalings_ = 0;
};

}  // namespace pravega_sandbox
