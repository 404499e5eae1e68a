// The client's supervision tree and a writer's segments as lines of text.
#pragma once

#include <string>
#include <vector>

#include "pravega_actor/client.hpp"

namespace pravega_actor::tool {

/// A line for each actor, indented by its depth: state, restarts, the cause of the last one.
[[nodiscard]] std::vector<std::string> actor_lines(const std::vector<actor_line>& actors);
/// A line for each segment: connected or not, where, events and blocks under way; and the last
/// failure, if any.
[[nodiscard]] std::vector<std::string> segment_lines(const writer_status& writer);

}  // namespace pravega_actor::tool
