// Operations that make checkpoints and wait for them.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "group_manager/group_opening.hpp"
#include "pravega_actor/checkpoint.hpp"
#include "streams/stream_steps.hpp"

namespace pravega_actor::internal {

/// A complete checkpoint.
struct passed_checkpoint {
  segment_offsets positions;
  /// The group behind it.
  open_group group;
};
using then_passed = std::function<step(const result<passed_checkpoint>&)>;

/// Makes a checkpoint and looks until the deadline whether all readers have passed it. Then
/// older ones are forgotten, unless one of them is still waited for.
[[nodiscard]] step make_checkpoint(const scoped_group& group, const std::string& id,
                                   time_point deadline, const then_passed& then);

/// Pravega's form of an id that readers pass without the application: 32 random bytes, with a
/// mark.
[[nodiscard]] std::string silent_checkpoint_id(const uuid& one, const uuid& other);

/// See `reader_group_manager::initiate_checkpoint`.
[[nodiscard]] step initiate_checkpoint_in(const scoped_group& group, const std::string& name,
                                          time_point deadline, const teller<checkpoint>& tell);
/// See `reader_group_manager::cancel_checkpoints`.
[[nodiscard]] step cancel_checkpoints_of(const scoped_group& group,
                                         const teller<std::size_t>& tell);
/// See `reader_group_manager::generate_stream_cuts`; `id` is a silent one.
[[nodiscard]] step generate_cuts_of(const scoped_group& group, const std::string& id,
                                    time_point deadline,
                                    const teller<std::map<scoped_stream, stream_cut>>& tell);

}  // namespace pravega_actor::internal
