// The client: writers, readers and administration of one Pravega cluster.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/config.hpp"
#include "pravega_actor/credentials.hpp"
#include "pravega_actor/event_reader.hpp"
#include "pravega_actor/event_writer.hpp"
#include "pravega_actor/events.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/log.hpp"
#include "pravega_actor/ports/client_ports.hpp"
#include "pravega_actor/reader_group_manager.hpp"
#include "pravega_actor/stream_manager.hpp"
#include "pravega_actor/stream_reader.hpp"
#include "pravega_actor/transactional_event_writer.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

namespace internal {
class access;
class client_core;
}  // namespace internal

/// One supervised actor of the client.
struct actor_line {
  std::string path;
  bool running = false;
  std::uint32_t restarts = 0;
  std::string last_cause;
};

/// What a client does at a moment.
struct client_status {
  /// "host:port[,host:port]".
  std::string controller;
  std::uint64_t controller_calls = 0;
  std::uint64_t controller_failures = 0;
  std::size_t connections = 0;
  /// What all writers hold that is not yet durable, counted in steps of 64 KiB for each of
  /// them; the limit is `config::writers_outstanding_bytes_max`.
  std::size_t writers_outstanding_bytes = 0;
  std::vector<actor_line> actors;
  /// Overdue answers of segment stores to the client's writers and readers.
  std::vector<owed_line> owed;
};

/// The outcome of closing a client: one report for each writer that was still open.
struct client_close_report {
  std::vector<close_report> writers;
  /// Success: everything ended within the time.
  result<void> outcome;
  /// Each with the transactions that were open.
  std::vector<transactional_close_report> transactional_writers;
};

/// A handle on a client; copies refer to the same client.
///
/// Threads: any thread may use the handle. Do not call functions that wait in actors or
/// completions: use their `_async` forms. In a callback, functions that wait return
/// `would_block` at once, and `close` closes after the callback.
///
/// Closing: call `close` before the program's static objects are destroyed. Otherwise the last
/// handle closes the client. If a thread of the library releases the last handle, for example
/// with a completion that held it, another thread closes the client.
///
/// Process: signals stay with the application's threads, and descriptors are closed on exec. A
/// client does not survive a fork, since gRPC does not work in the child: there every call,
/// including `create`, returns `closed`. Fork before you create the first client, or exec in
/// the child.
class client {
 public:
  /// Makes a client with its own actor system. It contacts no server yet. The error is io_error
  /// or out_of_memory if the system refuses threads, descriptors or address space.
  [[nodiscard]] static result<client> create(const config& configuration);
  /// The same with credentials of the application's own instead of the configured ones; null:
  /// without credentials.
  [[nodiscard]] static result<client> create(const config& configuration,
                                             std::shared_ptr<credentials> identity);
  /// The same with the given ports, which have their own credentials.
  [[nodiscard]] static result<client> create(const config& configuration, client_ports ports);

  /// The writer's options as configured.
  [[nodiscard]] writer_options default_writer_options() const;
  /// Opens a writer for an existing stream; ends within controller_call_timeout_ms.
  [[nodiscard]] result<event_writer> create_writer(const scoped_stream& stream);
  [[nodiscard]] result<event_writer> create_writer(const scoped_stream& stream,
                                                   const writer_options& options);
  void create_writer_async(const scoped_stream& stream, const writer_options& options,
                           std::function<void(result<event_writer>)> done);

  /// Opens a writer of transactions. It asks no server: begin a transaction to find out whether
  /// the stream exists.
  [[nodiscard]] result<transactional_event_writer> open_transactional_writer(
      const scoped_stream& stream, const transactional_writer_options& options = {});
  void open_transactional_writer_async(
      const scoped_stream& stream, const transactional_writer_options& options,
      std::function<void(result<transactional_event_writer>)> done);

  [[nodiscard]] reader_options default_reader_options() const;
  /// Opens a reader over the stream's segments at the start that the options name; ends within
  /// controller_call_timeout_ms.
  [[nodiscard]] result<stream_reader> create_reader(const scoped_stream& stream,
                                                    const reader_options& options);
  void create_reader_async(const scoped_stream& stream, const reader_options& options,
                           std::function<void(result<stream_reader>)> done);

  /// Opens a reader of an existing group and joins the group under the reader's name; ends
  /// within the sum of controller_call_timeout_ms and reader_recovery_timeout_ms. Errors:
  /// reader_group_not_found, reader_exists if a reader of this name is online, invalid_name.
  [[nodiscard]] result<event_reader> create_event_reader(
      const scoped_group& group, const std::string& reader,
      const event_reader_options& options = {});
  void create_event_reader_async(const scoped_group& group, const std::string& reader,
                                 const event_reader_options& options,
                                 std::function<void(result<event_reader>)> done);

  [[nodiscard]] stream_manager streams() const;
  [[nodiscard]] reader_group_manager reader_groups() const;

  /// Calls back for each event in the client; returns a number for `unsubscribe`. The callback
  /// runs in any thread. It must not block, and must not wait for a thread that unsubscribes
  /// it.
  std::uint64_t subscribe(std::function<void(const library_event&)> sink);
  /// Ends a subscription. It waits for a callback that runs in another thread; afterwards the
  /// callback is not called any more. Inside the callback itself it returns at once.
  void unsubscribe(std::uint64_t number);
  /// Logs each event of the client as a line, up to the configured `log_level` (off by
  /// default). Returns a number for `unsubscribe`.
  std::uint64_t log_to(log_sink sink);

  [[nodiscard]] result<client_status> status() const;

  /// Closes, within one deadline and in this order: writers (which drain), readers, the
  /// controller client, connections. Open calls of the stream manager end at once with
  /// errc::closed. In a callback it returns `would_block` and closes after the callback.
  /// Idempotent.
  client_close_report close();
  client_close_report close(duration timeout);
  void close_async(duration timeout, std::function<void(const client_close_report&)> done);

 private:
  friend class internal::access;
  struct guard;
  explicit client(std::shared_ptr<internal::client_core> core);
  /// Without a guard: for the guard's own use.
  client(std::shared_ptr<internal::client_core> core, std::nullptr_t);
  std::shared_ptr<internal::client_core> core_;
  std::shared_ptr<guard> guard_;
};

}  // namespace pravega_actor
