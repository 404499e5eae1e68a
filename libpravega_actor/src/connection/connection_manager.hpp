// The connection manager: opens dedicated connections and keeps a pool of shared ones.
#pragma once

#include <caf/all.hpp>
#include <map>
#include <memory>
#include <vector>

#include "connection/connection_actor.hpp"
#include "supervision/event_bus.hpp"

namespace pravega_actor::internal {

/// Ask for a session to a segment store; answered with `session_opened`. A dedicated one
/// belongs to the requester alone (close it when done); a shared one has other users.
struct open_session {
  endpoint peer;
  bool dedicated = false;
};
struct session_opened {
  result<std::shared_ptr<session>> outcome;
};
/// Answered with `connection_manager_status`.
struct get_connection_manager_status {};
struct connection_manager_status {
  std::size_t connecting = 0;
  std::size_t dedicated = 0;
  std::size_t shared = 0;
};

/// What a connection manager answers.
using connection_service = caf::typed_actor<
    caf::replies_to<open_session>::with<session_opened>,
    caf::replies_to<get_connection_manager_status>::with<connection_manager_status>>;
/// What it understands, the reports of its connections included.
using connection_manager_inside = connection_service::extend<caf::reacts_to<connection_report>>;

struct connection_manager_state {
  struct entry {
    endpoint peer;
    bool dedicated = false;
    connection_handle actor;
    std::shared_ptr<session> ready;
    std::vector<caf::typed_response_promise<session_opened>> waiting;
  };
  connection_setup setup;
  std::size_t per_store_max = 10;
  /// By number of the connection, in the order they were opened.
  std::map<std::uint64_t, entry> connections;
  std::uint64_t next = 1;
  const char* name = "connection_manager";
  /// Its connections end with it.
  ~connection_manager_state();
};

/// Supervises its connections: an ended one is forgotten and opened anew when it is asked for.
connection_manager_inside::behavior_type connection_manager(
    connection_manager_inside::stateful_pointer<connection_manager_state> self,
    connection_setup setup, std::size_t per_store_max);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::open_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::session_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::get_connection_manager_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::connection_manager_status)
