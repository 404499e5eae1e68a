// The time of a running sandbox's store model.
#pragma once

#include <chrono>
#include <cstdint>

#include "store/store_model.hpp"

namespace pravega_sandbox {

/// The wall clock at its start; from then on the monotonic clock counts.
class store_clock {
 public:
  explicit store_clock(store_model& store);
  /// Sets the model's time to now.
  void update();

 private:
  store_model& store_;
  std::int64_t start_ms_ = 0;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace pravega_sandbox
