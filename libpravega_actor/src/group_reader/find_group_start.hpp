// Where a reader group begins, by its configuration.
#pragma once

#include <functional>

#include "group/group_updates.hpp"
#include "pravega_actor/result.hpp"
#include "requests/ask_controller.hpp"

namespace pravega_actor::internal {

/// Asks the controller for the head of each stream that has no starting cut. `then` is called
/// once: with the first entry of the group's state, whose segments have no ranges, as with
/// Java, or with an error.
void find_group_start(const call_function& call, const reader_group_config& config,
                      std::function<void(result<group_init>)> then);

}  // namespace pravega_actor::internal
