// How a writer of transactions is opened at a client.
#pragma once

#include <functional>

#include "host/client_host.hpp"
#include "transaction/transactional_writer_actor.hpp"

namespace pravega_actor::internal {

/// What a writer of transactions is opened with.
struct transactional_writer_request {
  scoped_stream stream;
  transactional_writer_options options;
  /// Of transactions, unless `options` has others.
  writer_options defaults;
  /// See `transactional_writer_setup`.
  caf::actor_addr owner = {};
};

/// Opens a writer of transactions as a child of the client; it asks no server. `done` is called
/// once: with the writer, or with an error for names and options that are not valid, and for a
/// client that is closed.
void open_transactional_writer(client_host& host, const transactional_writer_request& what,
                               std::function<void(result<transactional_writer_handle>)> done);

/// The same for threads.
void open_transactional_writer_handle(
    client_host& host, const transactional_writer_request& what,
    std::function<void(result<transactional_event_writer>)> done);

}  // namespace pravega_actor::internal
