// How a writer is opened at a client.
#pragma once

#include <functional>

#include "host/client_host.hpp"
#include "writer/event_writer_actor.hpp"

namespace pravega_actor::internal {

/// Whether names and options are valid.
[[nodiscard]] result<void> check_writer(const scoped_stream& stream,
                                        const writer_options& options);

/// How long the segment writers of the client wait, and for what.
[[nodiscard]] append_timing append_timing_of(const client_host& host);

/// Opens a writer as a child of the client. `done` is called once: with the writer, or with an
/// error for names and options that are not valid, for what the controller answers, and for a
/// client that is closed.
void open_writer(client_host& host, const scoped_stream& stream, const writer_options& options,
                 const writer_use& use, std::function<void(result<opened_writer>)> done);

/// Starts a writer as a child of an application's supervisor. It is used by messages, and it
/// ends when it has failed. `done` is called once, also when this call returns an error.
[[nodiscard]] started_child start_writer(client_host& host, const child_start& as,
                                         const scoped_stream& stream,
                                         const writer_options& options,
                                         std::function<void(result<opened_writer>)> done);

}  // namespace pravega_actor::internal
