// What follows a segment that takes no more appends.
#pragma once

#include <string>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::internal {

/// The controller's answer for one segment.
struct successor_answer {
  /// Empty: there are none, or none yet.
  std::vector<controller::successor> segments;
  /// The whole stream is sealed: there will be none.
  bool stream_sealed = false;
  std::string delegation_token = {};
};

}  // namespace pravega_actor::internal
