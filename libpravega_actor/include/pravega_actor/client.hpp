// The client: writers, readers and administration of one Pravega cluster.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pravega_actor/config.hpp"
#include "pravega_actor/event_writer.hpp"
#include "pravega_actor/events.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/log.hpp"
#include "pravega_actor/ports/client_ports.hpp"
#include "pravega_actor/stream_manager.hpp"
#include "pravega_actor/stream_reader.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

class client_core;

/// One supervised actor of the client.
struct actor_line {
  std::string path;
  bool running = false;
  std::uint32_t restarts = 0;
  std::string last_cause;
};

struct client_status {
  std::string controller;
  std::uint64_t controller_calls = 0;
  std::uint64_t controller_failures = 0;
  std::size_t connections = 0;
  std::vector<actor_line> actors;
  /// What segment stores owe to the client's writers and readers.
  std::vector<owed_line> owed;
};

/// What closing a client found: one report for each writer that was still open.
struct client_close_report {
  std::vector<close_report> writers;
  /// Success: everything ended within the time.
  result<void> outcome;
};

/// A handle on a client; copies refer to the same one. Any thread may use it, but the calls
/// that wait are not for actors and completions (they have `_async` forms). `close` it before
/// the program's static objects are destroyed; the last handle closes it otherwise. If that one
/// goes in a thread of the library, for example with a completion that held it, another thread
/// does it. In a callback, calls that wait answer `would_block` at once, and `close` closes
/// behind the callback.
///
/// Signals are left to the application's threads, and descriptors are closed on exec. A client
/// does not survive a fork: in the child every call answers `closed`, also `create`, since gRPC
/// does not work there; fork before the first client is made, or exec in the child.
class client {
 public:
  /// Makes a client with an actor system of its own. Nothing is contacted yet. io_error or
  /// out_of_memory where the system refuses threads, descriptors or address space.
  [[nodiscard]] static result<client> create(const config& configuration);
  /// The same with given ports.
  [[nodiscard]] static result<client> create(const config& configuration, client_ports ports);

  explicit client(std::shared_ptr<client_core> core);

  /// The writer's options as configured.
  [[nodiscard]] writer_options default_writer_options() const;
  /// Opens a writer for an existing stream; ends within controller_call_timeout_ms.
  [[nodiscard]] result<event_writer> create_writer(const scoped_stream& stream);
  [[nodiscard]] result<event_writer> create_writer(const scoped_stream& stream,
                                                   const writer_options& options);
  void create_writer_async(const scoped_stream& stream, const writer_options& options,
                           std::function<void(result<event_writer>)> done);

  [[nodiscard]] reader_options default_reader_options() const;
  /// Opens a reader over the segments that a stream has at the start that the options name;
  /// ends within controller_call_timeout_ms.
  [[nodiscard]] result<stream_reader> create_reader(const scoped_stream& stream,
                                                    const reader_options& options);
  void create_reader_async(const scoped_stream& stream, const reader_options& options,
                           std::function<void(result<stream_reader>)> done);

  [[nodiscard]] stream_manager streams() const;

  /// Calls back for everything that happens in the client; returns a number for `unsubscribe`.
  /// The callback must not block, least of all on whoever unsubscribes it; it may come from any
  /// thread.
  std::uint64_t subscribe(std::function<void(const library_event&)> sink);
  /// The callback does not come any more when this returns: it waits for one that runs in
  /// another thread. Called from within the callback itself, it waits for nothing.
  void unsubscribe(std::uint64_t number);
  /// Logs what happens in the client, a line each, up to the configured `log_level` (off by
  /// default). Returns a number for `unsubscribe`.
  std::uint64_t log_to(log_sink sink);

  [[nodiscard]] result<client_status> status() const;

  /// Closes writers (they drain), readers, the controller client and connections, in this
  /// order, within one deadline; in a callback it answers `would_block` and does so behind it.
  /// Calls of the stream manager that are open end at once with errc::closed. Idempotent.
  client_close_report close();
  client_close_report close(duration timeout);
  void close_async(duration timeout, std::function<void(const client_close_report&)> done);

  /// The library's own use.
  [[nodiscard]] client_core& core() const noexcept { return *core_; }

 private:
  struct guard;
  /// Without a guard: for the guard's own use.
  client(std::shared_ptr<client_core> core, std::nullptr_t);
  std::shared_ptr<client_core> core_;
  std::shared_ptr<guard> guard_;
};

}  // namespace pravega_actor
