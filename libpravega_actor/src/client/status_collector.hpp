// Collects a client's status from its services.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>

#include "host/end_task.hpp"
#include "host/segment_context.hpp"
#include "pravega_actor/client.hpp"

namespace pravega_actor::internal {

struct status_collector_state {
  std::shared_ptr<const segment_context> context;
  client_status collected;
  std::size_t missing = 2;
  std::function<void(const client_status&)> done;
  const char* name = "status_collector";
};

/// Asks the services what they do and reads what the supervisors show; what does not answer is
/// left out.
client_task::behavior_type status_collector(
    client_task::stateful_pointer<status_collector_state> self,
    std::shared_ptr<const segment_context> context,
    std::function<void(const client_status&)> done);

}  // namespace pravega_actor::internal
