// What a session of the segment store does to its connection.
#pragma once

#include <vector>

#include "pravega_actor/bytes.hpp"

namespace pravega_sandbox {

/// Implemented by the carrier of the bytes: a socket or a simulation. Calls come from inside
/// the session's own members, and from inside other sessions' and the models' (an append there
/// wakes a read here). They must not call back into a session, nor destroy one: do that
/// afterwards.
class session_output {
 public:
  /// The parts in order, after everything sent before.
  virtual void send(std::vector<pravega_actor::shared_bytes> parts) = 0;
  /// The session has ended by itself; what was sent before may still be delivered. Called once.
  virtual void close() = 0;

 protected:
  ~session_output() = default;
};

}  // namespace pravega_sandbox
