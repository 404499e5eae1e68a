// Keeps CAF from tying the application's threads to an actor system.
#pragma once

#include <caf/all.hpp>

namespace pravega_actor::internal {

/// A thread that makes an actor system, or spawns in it, keeps a reference to the system's
/// logger from then on, and the system's destructor waits for that reference: for ever, if the
/// thread lives on (CAF 0.17). To stand where threads of the application do either.
class logger_scope {
 public:
  explicit logger_scope(caf::actor_system* system)
      : foreign_{system == nullptr || caf::logger::current_logger() != &system->logger()} {}
  logger_scope() : logger_scope{nullptr} {}
  ~logger_scope() {
    if (foreign_) caf::logger::set_current_actor_system(nullptr);
  }
  logger_scope(const logger_scope&) = delete;
  logger_scope& operator=(const logger_scope&) = delete;

 private:
  const bool foreign_;
};

}  // namespace pravega_actor::internal
