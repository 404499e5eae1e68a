// When a supervisor restarts its children, and when it gives up.
#pragma once

#include <cstdint>
#include <string>

#include "pravega_actor/export.hpp"
#include "pravega_actor/retry_policy.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// When a child that ended is started again.
enum class restart_type : std::uint8_t {
  /// Always.
  permanent,
  /// Only after a failure. The exit reasons `normal`, `user_shutdown` and `errc::closed` mean
  /// an ordinary end: it is final, and the child is forgotten.
  transient,
  /// Never; it is forgotten.
  temporary,
};

/// Which children are restarted when one of them has ended and must be restarted.
enum class restart_strategy : std::uint8_t {
  /// Only the child that ended is restarted.
  one_for_one,
  /// All children are stopped, last first, then all but temporary ones are started again in
  /// their order.
  one_for_all,
};

/// How a supervisor restarts its children. The first restart within a period is immediate;
/// later ones wait.
struct supervision_policy {
  restart_strategy strategy = restart_strategy::one_for_one;
  /// The restart intensity: if more restarts than this are needed within the period, the
  /// supervisor stops its children and ends with a failure. 0: it restarts nothing.
  std::uint32_t restarts_max = 10;
  /// The period in which restarts are counted; not negative.
  duration period = seconds{10};
  /// The delay of the second restart within the period, of the third and so on.
  retry_policy backoff;
};

/// A child as its supervisor reports it.
struct child_status {
  /// Its name among the children of its supervisor.
  std::string name;
  /// Counts its starts; 0 before the first.
  std::uint64_t generation = 0;
  std::uint32_t restarts = 0;
  /// False while the child waits for a restart.
  bool running = false;
  /// How the previous incarnation ended, in words; "" if there was none.
  std::string last_cause;
};

}  // namespace pravega_actor
