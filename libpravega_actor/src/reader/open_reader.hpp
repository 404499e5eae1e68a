// How a reader is opened at a client.
#pragma once

#include <functional>

#include "host/client_host.hpp"
#include "reader/stream_reader_actor.hpp"

namespace pravega_actor {

/// Opens a reader as a child of the client. `done` is called once: with the reader, or with an
/// error for what the controller answers and for a client that is closed.
void open_reader(client_host& host, const scoped_stream& stream, const reader_options& options,
                 std::function<void(result<opened_reader>)> done);

}  // namespace pravega_actor
