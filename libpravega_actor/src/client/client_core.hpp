// What all handles of a client share: the actor system, the ports and the supervision tree.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/buffer_pool.hpp"
#include "pravega_actor/client.hpp"
#include "reader/stream_reader_actor.hpp"
#include "segment/segment_context.hpp"
#include "supervision/supervisor.hpp"
#include "writer/event_writer_actor.hpp"

namespace pravega_actor {

/// How far a client's life is. Shared with actors, which must never hold the client itself: the
/// last one to let go of it destroys the actor system, and no actor can wait for its own end.
struct client_life {
  using closer = std::function<void(const client_close_report&)>;
  mutable std::mutex mutex;
  caf::actor root;
  std::vector<caf::actor_addr> writers;
  /// Operations of the stream manager that may still run.
  std::vector<caf::actor_addr> tasks;
  std::size_t tasks_before_sweep = 64;
  std::uint64_t next_child = 1;
  bool closing = false;
  bool closed = false;
  /// Everybody who waits for the end.
  std::vector<closer> closers;
  client_close_report report;
  void finish(const client_close_report& found);
};

/// Hears what a callback of the user threw.
using threw_handler = std::function<void(const char* what)>;
/// Publishes it as an event; keeps what it needs of the context.
[[nodiscard]] threw_handler publish_threw(
    const std::shared_ptr<const segment_context>& context);

/// Thread-safe. The tree: client (supervisor) over the controller client, the connection
/// manager, and one temporary child for each writer and reader.
class client_core final {
 public:
  /// `owned` is null when the application owns the system.
  client_core(std::unique_ptr<caf::actor_system_config> system_config,
              std::unique_ptr<caf::actor_system> owned, caf::actor_system& system,
              const config& configuration, client_ports ports);
  ~client_core();

  /// Starts the tree.
  void start();

  void open_writer(const scoped_stream& stream, const writer_options& options,
                   std::function<void(result<opened_writer>)> done);
  void open_reader(const scoped_stream& stream, const reader_options& options,
                   std::function<void(result<opened_reader>)> done);
  /// Calls the controller through the client's actor, also over the actor's restarts.
  void call(controller::request request, duration timeout,
            std::function<void(const result<controller::reply>&)> done);
  /// A later call joins the first one, whose time counts.
  void close(duration timeout, client_life::closer done);
  void request_status(std::function<void(const client_status&)> done);

  [[nodiscard]] const config& settings() const noexcept { return settings_; }
  [[nodiscard]] event_bus& bus() noexcept { return *context_->bus; }
  [[nodiscard]] caf::actor_system& system() noexcept { return system_; }
  [[nodiscard]] const std::shared_ptr<const segment_context>& context() const noexcept {
    return context_;
  }
  [[nodiscard]] supervision_policy child_policy() const;
  [[nodiscard]] retry_policy backoff() const;
  [[nodiscard]] bool closed() const;
  /// Whether the actor system belongs to the client, and ends with it.
  [[nodiscard]] bool owns_system() const noexcept { return owned_ != nullptr; }

  /// Adds a temporary child under a new path "<kind>-<n>"; false when the client is closed.
  bool add_child(
      const std::string& kind,
      std::function<caf::actor(caf::event_based_actor*, const std::string& path)> make);

  /// Spawns an actor that ends when it gets `end_task`, which the client's end waits for;
  /// false, and none is spawned, when the client is closed.
  bool add_task(const std::function<caf::actor()>& spawn);

 private:
  void supervise_services();
  [[nodiscard]] std::shared_ptr<segment_context> make_context(const client_ports& ports) const;
  [[nodiscard]] connection_setup connections() const;

  const config settings_;
  client_ports ports_;
  // The system must outlive whatever below holds actors.
  std::unique_ptr<caf::actor_system_config> system_config_;
  std::unique_ptr<caf::actor_system> owned_;
  caf::actor_system& system_;
  std::shared_ptr<const segment_context> context_;

  const std::shared_ptr<client_life> life_;
};

}  // namespace pravega_actor
