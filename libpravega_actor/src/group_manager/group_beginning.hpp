// Where a group begins: its cuts are checked against their streams, and open places are filled.
#pragma once

#include <functional>
#include <vector>

#include "group/group_updates.hpp"
#include "pravega_actor/reader_group.hpp"
#include "streams/stream_steps.hpp"

namespace pravega_actor::internal {

/// Gives the streams without a starting cut one at their present tail.
[[nodiscard]] step fill_tails(
    const reader_group_config& config,
    const std::function<step(const result<reader_group_config>&)>& then);

/// Whether the cuts' streams exist and have had all segments of the cuts. The errors are
/// stream_not_found, invalid_argument, or a call's.
[[nodiscard]] step check_cuts(const std::vector<stream_cut>& cuts,
                              const std::function<step(const result<void>&)>& then);

/// See `find_group_start`.
[[nodiscard]] step find_start(const reader_group_config& config,
                              const std::function<step(const result<group_init>&)>& then);

/// All of it: the configuration with its cuts, and the first state that follows from it.
[[nodiscard]] step prepare_start(const reader_group_config& config, group_start start,
                                 const std::function<step(const result<group_init>&)>& then);

}  // namespace pravega_actor::internal
