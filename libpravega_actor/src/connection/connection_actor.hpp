// The connection actor: owns one session and watches over it.
#pragma once

#include <caf/all.hpp>
#include <memory>

#include "connection/connection_machine.hpp"
#include "connection/session.hpp"
#include "pravega_actor/ports/environment.hpp"
#include "supervision/weak_handle.hpp"

namespace pravega_actor::internal {

/// What connections need from their surroundings.
struct connection_setup {
  std::shared_ptr<connection_port> port;
  std::shared_ptr<environment> env;
  std::shared_ptr<buffer_pool> pool;
  connection_timing timing;
};

/// The connection actor's report to the connection manager, once, when it is ready or has
/// failed.
struct connection_report {
  std::uint64_t number = 0;
  result<std::shared_ptr<session>> outcome;
};

/// The connection manager, as its connections know it.
using connection_owner = caf::typed_actor<caf::reacts_to<connection_report>>;

// The actor's own messages.
struct session_said {
  session_notice notice;
};
struct connection_deadline {};
struct connection_tick {};

/// A connection; it understands its own messages only.
using connection_handle =
    caf::typed_actor<caf::reacts_to<session_said>, caf::reacts_to<connection_deadline>,
                     caf::reacts_to<connection_tick>>;

struct connection_state {
  connection_setup setup;
  std::unique_ptr<connection_machine> machine;
  std::shared_ptr<session> held;
  weak_handle<connection_owner> manager;
  std::uint64_t number = 0;
  bool reported = false;
  const char* name = "connection";
  /// The session ends with its actor.
  ~connection_state();
};

/// Connects to `peer`, reports to `manager`, and ends when the session ends.
connection_handle::behavior_type connection_actor(
    connection_handle::stateful_pointer<connection_state> self, connection_setup setup,
    endpoint peer, bool dedicated, weak_handle<connection_owner> manager, std::uint64_t number);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::connection_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::session_said)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::connection_deadline)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::connection_tick)
