// What a client offers to the features that it carries: writers, readers, stream
// administration.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <string>

#include "host/drain.hpp"
#include "host/end_task.hpp"
#include "host/segment_context.hpp"
#include "pravega_actor/config.hpp"
#include "pravega_actor/retry_policy.hpp"
#include "supervision/supervisor.hpp"

namespace pravega_actor::internal {

/// Receives what a callback of the user threw.
using threw_handler = std::function<void(const char* what)>;
/// Publishes it as an event; keeps what it needs of the context.
[[nodiscard]] threw_handler publish_threw(
    const std::shared_ptr<const segment_context>& context);

/// Starts a child that answers `drain`.
using drained_factory = std::function<result<drained_child>(const child_start& as)>;

/// A client as its features see it. They open themselves through it from their own rooms; it
/// knows none of them by name. Thread-safe.
class client_host {
 public:
  virtual ~client_host();

  [[nodiscard]] virtual const config& settings() const noexcept = 0;
  [[nodiscard]] virtual caf::actor_system& system() noexcept = 0;
  [[nodiscard]] virtual const std::shared_ptr<const segment_context>& context()
      const noexcept = 0;
  /// Whether `close` was called.
  [[nodiscard]] virtual bool closed() const = 0;

  /// Adds a temporary child under a new path "<kind>-<n>"; false when the client is closed.
  /// The client's end stops its children.
  [[nodiscard]] virtual bool add_child(const std::string& kind, child_factory make) = 0;
  /// The same for a child that the client's end drains before it stops the tree.
  [[nodiscard]] virtual bool add_drained_child(const std::string& kind,
                                               drained_factory make) = 0;
  /// Makes a child of an application's supervisor, which the client's end drains as well.
  /// Errors: those of `make`, closed when the client is closed, invalid_argument if the
  /// supervisor belongs to another actor system.
  [[nodiscard]] virtual started_child make_drained(const child_start& as,
                                                   const drained_factory& make) = 0;
  /// Spawns an actor that ends when it gets `end_task`, which the client's end waits for;
  /// false, and none is spawned, when the client is closed.
  [[nodiscard]] virtual bool add_task(const std::function<client_task()>& spawn) = 0;
  /// Calls the controller through the client's actor, also over the actor's restarts.
  virtual void call(controller::request request, duration timeout,
                    std::function<void(const result<controller::reply>&)> done) = 0;

  /// Pauses between attempts, as configured.
  [[nodiscard]] retry_policy backoff() const;
  /// How often a supervisor restarts a child, as configured.
  [[nodiscard]] supervision_policy child_policy() const;
};

}  // namespace pravega_actor::internal
