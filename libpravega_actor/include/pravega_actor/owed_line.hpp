// Answers that segment stores owe; a status lists them.
#pragma once

#include <string>

#include "pravega_actor/export.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// An append or request that a segment store has not answered. A store that shows signs of life
/// may take any time to answer; meanwhile this line shows what the client waits for.
struct owed_line {
  /// For example "acknowledgement of 3 blocks" or "data from offset 4711 on".
  std::string what;
  /// The segment's full name.
  std::string segment;
  /// The segment store, "host:port".
  std::string by;
  /// Monotonic time, like `library_event::at`: the time at which the oldest part was sent, or
  /// at which the last answer came.
  time_point since{};
  /// Whether the store must answer. False: a read that may be at the segment's tail; stores
  /// answer such a read only when something is written.
  bool certain = true;
};

}  // namespace pravega_actor
