// What operations on an existing group begin with.
#pragma once

#include <functional>

#include "group_manager/group_log.hpp"
#include "pravega_actor/reader_group_config.hpp"

namespace pravega_actor::internal {

/// A group as the controller and its state have it.
struct open_group {
  /// The controller's.
  reader_group_config config;
  seen_group seen;
};

/// What follows when the group is known, or is not.
using then_open = std::function<step(const result<open_group>&, time_point now)>;

/// Asks the controller for the group, then reads its state. A reset that was given up after the
/// controller had carried it out is completed, if its streams exist.
[[nodiscard]] step find_group(const scoped_group& group, const then_open& then);

/// Completes such a reset; else continues with the group as it is.
[[nodiscard]] step complete_reset(const open_group& group, const then_open& then,
                                  time_point now);

}  // namespace pravega_actor::internal
