// What all handles of a client share: the actor system, the ports and the supervision tree.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/buffer_pool.hpp"
#include "host/client_host.hpp"
#include "pravega_actor/client.hpp"
#include "supervision/supervisor.hpp"
#include "supervision/weak_handle.hpp"

namespace pravega_actor::internal {

/// How far a client's life is. Shared with actors, which must never hold the client itself: the
/// last one to let go of it destroys the actor system, and no actor can wait for its own end.
struct client_life {
  using closer = std::function<void(const client_close_report&)>;
  mutable std::mutex mutex;
  supervisor_handle root;
  /// Children that are drained before the tree is stopped.
  std::vector<weak_handle<drained_child>> drained;
  /// Operations of the stream manager that may still run.
  std::vector<weak_handle<client_task>> tasks;
  std::size_t tasks_before_sweep = 64;
  std::uint64_t next_child = 1;
  bool closing = false;
  bool closed = false;
  /// Everybody who waits for the end.
  std::vector<closer> closers;
  client_close_report report;
  void finish(const client_close_report& found);
};

/// Thread-safe. The tree: client (supervisor) over the controller client, the connection
/// manager, and one temporary child for each feature that opens itself.
class client_core final : public client_host {
 public:
  /// `owned` is null when the application owns the system.
  client_core(std::unique_ptr<caf::actor_system_config> system_config,
              std::unique_ptr<caf::actor_system> owned, caf::actor_system& system,
              const config& configuration, client_ports ports);
  ~client_core() override;

  /// Starts the tree.
  void start();

  /// A later call joins the first one, whose time counts.
  void close(duration timeout, client_life::closer done);
  void request_status(std::function<void(const client_status&)> done);

  [[nodiscard]] event_bus& bus() noexcept { return *context_->bus; }
  /// Whether the actor system belongs to the client, and ends with it.
  [[nodiscard]] bool owns_system() const noexcept { return owned_ != nullptr; }

  // client_host
  [[nodiscard]] const config& settings() const noexcept override { return settings_; }
  [[nodiscard]] caf::actor_system& system() noexcept override { return system_; }
  [[nodiscard]] const std::shared_ptr<const segment_context>& context()
      const noexcept override {
    return context_;
  }
  [[nodiscard]] bool closed() const override;
  [[nodiscard]] bool add_child(const std::string& kind, child_factory make) override;
  [[nodiscard]] bool add_drained_child(const std::string& kind, drained_factory make) override;
  [[nodiscard]] started_child make_drained(const child_start& as,
                                           const drained_factory& make) override;
  [[nodiscard]] bool add_task(const std::function<client_task()>& spawn) override;
  void call(controller::request request, duration timeout,
            std::function<void(const result<controller::reply>&)> done) override;

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

}  // namespace pravega_actor::internal
