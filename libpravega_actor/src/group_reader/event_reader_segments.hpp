// The segments of a group's reader.
#pragma once

#include <cstdint>

#include "group_reader/event_reader_actor.hpp"
#include "requests/successor_answer.hpp"

namespace pravega_actor::internal {

/// The reader holds a segment: it is read from now on.
void begin_segment(event_reader_pointer self, const member_machine::begin_segment& what);
/// Nothing more of the segment is handed out. Returns the offset behind what was.
[[nodiscard]] std::int64_t stop_segment(event_reader_pointer self, const segment& of);
/// What follows a segment, as the group's state has it.
[[nodiscard]] member_machine::successors successors_in(const scoped_stream& stream,
                                                       const successor_answer& found);

}  // namespace pravega_actor::internal
