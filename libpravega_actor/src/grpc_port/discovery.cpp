#include "grpc_port/discovery.hpp"

namespace pravega_actor::internal {

bool discovery_schedule::due(time_point now) {
  const std::lock_guard lock{mutex_};
  if (asking_) return false;
  if (asked_ && now - *asked_ < (outdated_ ? gap_min : period)) return false;
  asked_ = now;
  asking_ = true;
  outdated_ = false;
  return true;
}

void discovery_schedule::answered(bool with_a_list) {
  const std::lock_guard lock{mutex_};
  asking_ = false;
  if (!with_a_list) outdated_ = true;
}

void discovery_schedule::call_failed() {
  const std::lock_guard lock{mutex_};
  outdated_ = true;
}

}  // namespace pravega_actor::internal
