// When to ask a controller for the list of all controllers.
#pragma once

#include <mutex>
#include <optional>

#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// Thread-safe; the caller gives the time. One question at a time: at first, then regularly,
/// and soon after calls failed.
class discovery_schedule {
 public:
  /// A list is asked for again after this time.
  static constexpr duration period = seconds{120};
  /// The shortest time between two questions.
  static constexpr duration gap_min = seconds{1};

  /// Whether to ask now. If true, the caller asks, and then calls `answered`.
  [[nodiscard]] bool due(time_point now);
  void answered(bool with_a_list);
  /// A call got no answer: the list may be old.
  void call_failed();

 private:
  std::mutex mutex_;
  std::optional<time_point> asked_;
  bool asking_ = false;
  bool outdated_ = true;
};

}  // namespace pravega_actor::internal
