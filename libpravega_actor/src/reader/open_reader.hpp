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
};

/// Opens a reader as a child of the client. `done` is called once: with the reader, or with an
/// error for what the controller answers and for a client that is closed.
void open_reader(client_host& host, const reader_request& what,
                 std::function<void(result<opened_reader>)> done);

}  // namespace pravega_actor::internal
