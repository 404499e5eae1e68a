// Where the readers of a group are in a stream.
#pragma once

#include <vector>

#include "common/command_line.hpp"
#include "stream/lineage_svg.hpp"

namespace pravega_actor::tool {

/// The places of the readers in the segments that they have now, as they say. If one does not
/// answer in time, the places in the group's state, with a note. Errors are those of
/// `reader_group_manager::describe`.
[[nodiscard]] result<std::vector<reader_tick>> positions_in(const common_options& common,
                                                            session& in,
                                                            const scoped_group& group,
                                                            const stream_lineage& stream);

/// The same from what is known of the group: its state, the stream, and what is unread.
[[nodiscard]] std::vector<reader_tick> ticks_of(const reader_group_description& group,
                                                const stream_lineage& stream,
                                                const unread_bytes* live);

}  // namespace pravega_actor::tool
