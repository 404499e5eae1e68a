// How a reader is opened at a client.
#pragma once

#include <functional>

#include "host/client_host.hpp"
#include "reader/stream_reader_actor.hpp"

namespace pravega_actor::internal {

/// What a reader is opened with; see stream_reader_setup.
struct reader_request {
  scoped_stream stream;
  reader_options options;
  reader_use use = reader_use::handle;
  caf::actor_addr owner;
  /// It does not stay when it has failed: a supervisor of the application restarts it.
  bool ends_failed = false;
};

/// Opens a reader as a child of the client. `done` is called once: with the reader, or with an
/// error for what the controller answers and for a client that is closed.
void open_reader(client_host& host, const reader_request& what,
                 std::function<void(result<opened_reader>)> done);

/// Starts a reader as a child of an application's supervisor. The client's end closes it.
/// `done` is called once, also when this call returns an error.
[[nodiscard]] started_child start_reader(client_host& host, const child_start& as,
                                         const reader_request& what,
                                         std::function<void(result<opened_reader>)> done);

}  // namespace pravega_actor::internal
