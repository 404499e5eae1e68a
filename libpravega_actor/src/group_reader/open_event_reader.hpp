// How a reader of a group is opened at a client.
#pragma once

#include <functional>
#include <string>

#include "group_reader/event_reader_actor.hpp"
#include "host/client_host.hpp"

namespace pravega_actor::internal {

/// What a reader of a group is opened with.
struct event_reader_request {
  scoped_group group;
  std::string reader;
  event_reader_options options;
  caf::actor_addr owner;
  /// See `event_reader_setup`.
  group_resetter reset_group = nullptr;
};

/// Opens a reader as a child of the client. `done` is called once: with the reader when it has
/// joined its group, or with an error: for options and names that are not valid, for a group
/// that does not exist (reader_group_not_found), for a reader that is online (reader_exists),
/// and for a client that is closed.
void open_event_reader(client_host& host, const event_reader_request& what,
                       std::function<void(result<event_reader_handle>)> done);

/// The same as a child of a supervisor of the application. `done` is also called if the child
/// cannot start. The reader ends as soon as it has failed.
[[nodiscard]] started_child start_event_reader(
    client_host& host, const child_start& as, const event_reader_request& what,
    std::function<void(result<event_reader_handle>)> done);

/// The same for threads; `what.owner` has no effect, since the handle owns the reader.
void open_event_reader_handle(client_host& host, event_reader_request what,
                              std::function<void(result<event_reader>)> done);

}  // namespace pravega_actor::internal
