// The actor system that a client makes for itself.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <memory>

#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

struct own_actor_system {
  static constexpr std::size_t workers = 2;
  /// The workers, the clock and the printer.
  static constexpr std::size_t threads = workers + 2;

  std::unique_ptr<caf::actor_system_config> settings;
  /// Goes before its settings.
  std::unique_ptr<caf::actor_system> system;
};

/// Its threads are marked as the library's and take no signals. The error is io_error if the
/// system refuses one of the threads.
[[nodiscard]] result<own_actor_system> make_own_actor_system();

}  // namespace pravega_actor::internal
