// Operations that look at reader groups.
#pragma once

#include <optional>
#include <string>

#include "group_manager/group_checkpoints.hpp"
#include "pravega_actor/reader_group.hpp"
#include "streams/stream_steps.hpp"

namespace pravega_actor::internal {

[[nodiscard]] reader_group_description description_of(const scoped_group& group,
                                                      const seen_group& seen);
[[nodiscard]] segment_distribution distribution_of(const reader_group_description& group);
/// The group whose state a stream holds; nothing for other streams.
[[nodiscard]] std::optional<std::string> group_of_stream(const std::string& stream);

/// See `reader_group_manager::describe`.
[[nodiscard]] step describe_group(const scoped_group& group,
                                  const teller<reader_group_description>& tell);

/// See `reader_group_manager::stream_cuts`.
[[nodiscard]] step stored_cuts_of(const scoped_group& group,
                                  const teller<std::map<scoped_stream, stream_cut>>& tell);

/// What the group has not read behind these positions. `state` knows the readers and the ends.
[[nodiscard]] step count_unread(const segment_offsets& positions, const seen_group& state,
                                const teller<unread_bytes>& tell);
/// See `reader_group_manager::unread`; `silent_id` is for a live position.
[[nodiscard]] step count_unread_of(const scoped_group& group, unread_since since,
                                   const std::string& silent_id, time_point deadline,
                                   const teller<unread_bytes>& tell);

}  // namespace pravega_actor::internal
