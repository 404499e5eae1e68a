// The actors that applications talk to, and how a client joins an application's actor system.
// This header and its message headers need CAF, and so does the simulation kit.
#pragma once

#include <caf/all.hpp>

#include "pravega_actor/actor_errors.hpp"
#include "pravega_actor/client.hpp"
#include "pravega_actor/client_messages.hpp"
#include "pravega_actor/credentials_actor.hpp"
#include "pravega_actor/event_reader_messages.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/reader_group_messages.hpp"
#include "pravega_actor/reader_messages.hpp"
#include "pravega_actor/supervision.hpp"
#include "pravega_actor/synchronizer_messages.hpp"
#include "pravega_actor/transaction_messages.hpp"
#include "pravega_actor/writer_messages.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Makes a client in the application's own actor system; the system must outlive the client.
[[nodiscard]] result<client> make_client(caf::actor_system& system,
                                         const config& configuration);
/// The same with credentials of the application's own instead of the configured ones.
[[nodiscard]] result<client> make_client(caf::actor_system& system, const config& configuration,
                                         std::shared_ptr<credentials> identity);
/// The same with the given ports, for simulations.
[[nodiscard]] result<client> make_client(caf::actor_system& system, const config& configuration,
                                         client_ports ports);

/// A client as an actor. It opens writers and readers, runs every call about streams and reader
/// groups, publishes library events, reports its status and closes. It takes messages, and its
/// answers hold results, so an application that uses it needs no callbacks.
using client_actor = caf::typed_actor<
#define X(message) \
  caf::replies_to<streams::message>::with<stream_answer<streams::message::result_type>>,
    PRAVEGA_ACTOR_STREAM_MESSAGES(X)
#undef X
#define X(message) \
  caf::replies_to<groups::message>::with<stream_answer<groups::message::result_type>>,
        PRAVEGA_ACTOR_GROUP_MESSAGES(X)
#undef X
            caf::replies_to<watch_group>::with<group_watch_opened>,
    caf::replies_to<create_writer>::with<writer_opened>,
    caf::replies_to<create_transactional_writer>::with<transactional_writer_opened>,
    caf::replies_to<create_reader>::with<reader_opened>,
    caf::replies_to<create_event_reader>::with<event_reader_opened>,
    caf::replies_to<create_synchronizer>::with<synchronizer_opened>,
    caf::reacts_to<subscribe_events>, caf::replies_to<get_client_status>::with<client_status>,
    caf::replies_to<close_client>::with<client_closed>>;

/// The client's actor, in the client's actor system. It ends after `close_client`, or when the
/// last reference to it is gone. In the latter case it closes the client, and written events
/// drain.
[[nodiscard]] client_actor make_client_actor(client held);
/// A client in the application's own actor system, and its actor.
[[nodiscard]] result<client_actor> make_client_actor(caf::actor_system& system,
                                                     const config& configuration);
/// The same with given ports, for simulations.
[[nodiscard]] result<client_actor> make_client_actor(caf::actor_system& system,
                                                     const config& configuration,
                                                     client_ports ports);

/// Opens a writer that takes messages only, for an actor that owns it. The owner gets
/// `writer_opened`. The writer stays until it gets `close_writer`, the owner is down or the
/// client closes; after a failure it stays, too, and answers with the failure. When the owner
/// is down, the writer accepts no more events, drains for up to `close_timeout`, and ends.
void create_writer_actor(const client& with, const scoped_stream& stream,
                         const writer_options& options, const caf::actor& owner);
/// The same for an owner with a typed interface.
void create_writer_actor(const client& with, const scoped_stream& stream,
                         const writer_options& options, const writer_owner& owner);
/// The same without an owner. `done` is called once, inside this call or from any thread.
void create_writer_actor(const client& with, const scoped_stream& stream,
                         const writer_options& options,
                         std::function<void(result<event_writer_handle>)> done);

/// Opens a writer of transactions that takes messages only (transaction_messages.hpp). It stays
/// until it gets `close_transactional_writer` or the client closes. `done` is called once:
/// within this call, or from any thread.
void create_transactional_writer_actor(
    const client& with, const scoped_stream& stream,
    const transactional_writer_options& options,
    std::function<void(result<transactional_writer_handle>)> done);

/// Opens a reader that takes messages only (reader_messages.hpp). The owner gets
/// `reader_opened`. The actor stays until it gets `close_reader`, its owner is down or the
/// client closes, also after a failure and at the end of the stream.
void create_reader_actor(const client& with, const scoped_stream& stream,
                         const reader_options& options, const caf::actor& owner);
/// The same for an owner with a typed interface.
void create_reader_actor(const client& with, const scoped_stream& stream,
                         const reader_options& options, const reader_owner& owner);
/// The same without an owner. `done` is called once: within this call, or from any thread.
void create_reader_actor(const client& with, const scoped_stream& stream,
                         const reader_options& options,
                         std::function<void(result<stream_reader_handle>)> done);

/// Opens a synchronizer that takes messages (synchronizer_messages.hpp). It stays until it gets
/// `close_synchronizer` or the client closes. `done` is called once: within this call, or from
/// any thread.
void create_synchronizer_actor(const client& with, const create_synchronizer& what,
                               std::function<void(const synchronizer_opened&)> done);

/// Opens a reader of a group that takes messages only (event_reader_messages.hpp). The owner
/// gets `event_reader_opened`. The actor stays until it gets `close_reader`, its owner is down
/// or the client closes, also after a failure and at the end of all data.
void create_event_reader_actor(const client& with, const scoped_group& group,
                               const std::string& reader, const event_reader_options& options,
                               const caf::actor& owner);
/// The same for an owner with a typed interface.
void create_event_reader_actor(const client& with, const scoped_group& group,
                               const std::string& reader, const event_reader_options& options,
                               const event_reader_owner& owner);
/// The same without an owner. `done` is called once: within this call, or from any thread.
void create_event_reader_actor(const client& with, const scoped_group& group,
                               const std::string& reader, const event_reader_options& options,
                               std::function<void(result<event_reader_handle>)> done);

/// The factory of a writer below a supervisor of the application. The supervisor must belong to
/// the client's actor system (`make_client(system, ...)`); in another one each start fails with
/// invalid_argument. Each start opens a new writer and calls `opened` once, with the writer or
/// with the error that prevented it: inside the supervisor, or in any other thread. `opened`
/// must not block.
///
/// Unlike other writers that are used by messages, this one ends as soon as it has failed, with
/// the failure as exit reason. Before that it answers every open request with the failure. The
/// next writer has a new identity, so it cannot find out what was stored: the answers say which
/// events are not known to be stored. When the supervisor stops the writer, the writer reports
/// events that are not durable yet as not_written or outcome_unknown. Send `close_writer` first
/// if each event counts.
///
/// When the client closes, it drains the writer, and the writer ends normally. So use
/// `restart_type::transient`: with `permanent`, the supervisor starts writers of a closed
/// client until it gives up. The factory keeps the client open.
[[nodiscard]] child_factory writer_child(
    const client& with, const scoped_stream& stream, const writer_options& options,
    std::function<void(result<event_writer_handle>)> opened);

/// The same for a reader. `options` is called at each start and says where the new reader
/// begins, for example at the position that the application stored last; it must not block.
/// When the client closes, the reader is closed: its subscriber gets `reader_ended`, and it
/// ends normally.
[[nodiscard]] child_factory reader_child(
    const client& with, const scoped_stream& stream, std::function<reader_options()> options,
    std::function<void(result<stream_reader_handle>)> opened);

/// The same for a reader of a group. It joins under the name `reader` at each start: when it
/// has died, it is first taken offline at its released position, and until then the supervisor
/// does not see it end. When the supervisor stops the child, the reader leaves its group, so
/// give the child a `child_spec::shutdown_time` of a few round trips. Its subscriber gets
/// `event_reader_ended`.
[[nodiscard]] child_factory event_reader_child(
    const client& with, const scoped_group& group, const std::string& reader,
    const event_reader_options& options,
    std::function<void(result<event_reader_handle>)> opened);

}  // namespace pravega_actor
