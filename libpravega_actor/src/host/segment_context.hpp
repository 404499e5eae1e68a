// What every segment actor needs from its surroundings.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "connection/connection_manager.hpp"
#include "controller_client/controller_client.hpp"
#include "core/shared_limit.hpp"
#include "host/owed_board.hpp"
#include "supervision/actor_slot.hpp"
#include "supervision/event_bus.hpp"
#include "supervision/status_board.hpp"
#include "supervision/supervisor.hpp"

namespace pravega_actor::internal {

/// Shared by all actors of a client; the slots always hold the current incarnations.
struct segment_context {
  std::shared_ptr<environment> env;
  std::shared_ptr<event_bus> bus;
  /// What the supervisors show; may be null.
  std::shared_ptr<status_board> board;
  /// What segment stores owe; may be null.
  std::shared_ptr<owed_board> owed;
  std::shared_ptr<actor_slot<controller_service>> controller;
  std::shared_ptr<actor_slot<connection_service>> connections;
  std::shared_ptr<buffer_pool> pool;
  /// What all writers may hold that is not yet durable; null: no limit.
  std::shared_ptr<shared_limit> writing;
  /// Longest time for one request to controller or connection manager, with a margin over their
  /// own deadlines.
  duration request_timeout = seconds{40};
  /// "host:port" of the controller, for errors.
  std::string controller_address;
};

/// A supervisor at `path` for the segments of a writer or reader; `self`, any event-based
/// actor, monitors it.
template <class Self>
[[nodiscard]] supervisor_handle start_supervisor(Self* self, const segment_context& context,
                                                 std::string path,
                                                 const supervision_policy& policy) {
  return spawn_monitored_supervisor(
      self, {std::move(path), policy, context.env, context.bus, context.board});
}

/// A failure with the subject and the addresses that a user needs, where it has none.
[[nodiscard]] inline error in_context(const segment_context& context, error reason,
                                      const std::string& subject, const std::string& store,
                                      stage otherwise = stage::none) {
  if (reason.at() == stage::none) reason = reason.with_stage(otherwise);
  if (reason.subject().empty()) reason = reason.with_subject(subject);
  if (reason.controller().empty()) reason = reason.with_controller(context.controller_address);
  if (reason.segment_store().empty() && !store.empty())
    reason = reason.with_segment_store(store);
  return reason;
}

}  // namespace pravega_actor::internal
