// Short-lived actors that carry one question of a handle into the actor world.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "host/end_task.hpp"
#include "host/segment_context.hpp"

namespace pravega_actor::internal {

struct caller_retry {};

using controller_caller_inside = client_task::extend<caf::reacts_to<caller_retry>>;

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
controller_caller_inside::behavior_type controller_caller(
    controller_caller_inside::stateful_pointer<controller_caller_state> self,
    std::shared_ptr<const segment_context> context, controller::request request,
    duration timeout, std::function<void(const result<controller::reply>&)> done);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::caller_retry)
