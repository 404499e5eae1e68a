// The client's supervision tree, with a writer's connections, as lines of text.
#pragma once

#include <vector>

#include "common/styled_line.hpp"
#include "pravega_actor/client.hpp"

namespace pravega_actor::tool {

/// A table with a line for each actor, indented by its depth: state, restarts, for a segment of
/// the writer its connection and the events that are not durable yet, and the cause of the last
/// restart. Below it the writer's last failure, if any. Empty without actors.
[[nodiscard]] std::vector<styled_line> status_lines(const std::vector<actor_line>& actors,
                                                    const writer_status& writer);

}  // namespace pravega_actor::tool
