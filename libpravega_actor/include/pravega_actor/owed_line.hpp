// What segment stores owe: answers that a status names while they are waited for.
#pragma once

#include <string>

#include "pravega_actor/export.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Something that a segment store was sent or asked for and has not answered. A store that
/// shows signs of life may take as long as it likes; this says what is waited for meanwhile.
struct owed_line {
  /// For example "acknowledgement of 3 blocks" or "data from offset 4711 on".
  std::string what;
  /// The segment's full name.
  std::string segment;
  /// The segment store, "host:port".
  std::string by;
  /// Monotonic time, as `library_event::at`: when the oldest of it was sent, or the last part
  /// of it was answered.
  time_point since{};
  /// False: a read of which it is not known whether the segment goes on there. Stores do not
  /// answer a read at the tail before something is written.
  bool certain = true;
};

}  // namespace pravega_actor
