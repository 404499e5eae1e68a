// Steps of operations on the state of a reader group.
#pragma once

#include <functional>
#include <vector>

#include "group_reader/group_model.hpp"
#include "streams/stream_steps.hpp"

namespace pravega_actor::internal {

/// A group's state with its revision. The state is never null here.
using seen_group = synced<group_state>;

/// What follows when the state is known, or is not.
using then_seen = std::function<step(const result<seen_group>&, time_point now)>;

/// Reads the state. A lost copy is read again. Errors: reader_group_not_found if the log has no
/// state, or is gone; those of a synchronizer.
[[nodiscard]] step fetch_group(const then_seen& then);

/// What to write, computed from the present state; nothing if it is empty. After an unknown
/// outcome it computes again, and must notice what is there already.
using group_generator =
    std::function<result<std::vector<group_update>>(const group_state& state)>;

/// Writes what `generate` computes of `from`; computes again after a lost race. Continues with
/// the state behind it.
[[nodiscard]] step update_group(const seen_group& from, const group_generator& generate,
                                const then_seen& then, time_point now);

/// Writes updates that fit every state; the state does not show them yet.
[[nodiscard]] step append_to_group(
    const std::vector<group_update>& updates,
    const std::function<step(const result<void>&, time_point now)>& then);

/// Writes a first state if the log has none.
[[nodiscard]] step initialize_group(const group_init& initial, const then_seen& then);

/// Replaces the state unless the group has this generation or a later one. Continues with the
/// new state.
[[nodiscard]] step restart_group(const seen_group& from, const group_init& initial,
                                 const then_seen& then, time_point now);

}  // namespace pravega_actor::internal
