// Short-lived actors that carry one question of a handle into the actor world.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "pravega_actor/client.hpp"
#include "segment/segment_context.hpp"

namespace pravega_actor {

struct caller_retry {};

struct controller_caller_state {
  std::shared_ptr<const segment_context> context;
  /// Set from the start on.
  std::optional<controller::request> request;
  time_point deadline{};
  std::function<void(const result<controller::reply>&)> done;
  const char* name = "controller_caller";
  ~controller_caller_state();
};

/// Asks the controller client, again if it was replaced meanwhile, and calls `done` once. A
/// task: see `end_task`.
caf::behavior controller_caller(caf::stateful_actor<controller_caller_state>* self,
                                std::shared_ptr<const segment_context> context,
                                controller::request request, duration timeout,
                                std::function<void(const result<controller::reply>&)> done);

struct status_collector_state {
  std::shared_ptr<const segment_context> context;
  client_status collected;
  std::size_t missing = 2;
  std::function<void(const client_status&)> done;
  const char* name = "status_collector";
};

/// Asks the services what they do and reads what the supervisors show; what does not answer is
/// left out.
caf::behavior status_collector(caf::stateful_actor<status_collector_state>* self,
                               std::shared_ptr<const segment_context> context,
                               std::function<void(const client_status&)> done);

}  // namespace pravega_actor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::caller_retry)
