// The handshake and everything about appends. Protocol of Pravega 0.13.
#pragma once

#include "wire/command_fields.hpp"

namespace pravega_actor::internal::wire {

// clang-format off

/// The first frame of each side: the versions it speaks.
PRAVEGA_ACTOR_WIRE_COMMAND(hello, -127,
    (must, i32, high_version, 0),
    (must, i32, low_version, 0));

/// The server echoes it.
PRAVEGA_ACTOR_WIRE_COMMAND(keep_alive, 100);

/// Inside an append_block only: the unused end of the block.
PRAVEGA_ACTOR_WIRE_COMMAND(padding, -1,
    (zeros, i32, length, 0));

/// Inside an append_block only: the first part of an event; the rest is in append_block_end.
PRAVEGA_ACTOR_WIRE_COMMAND(partial_event, -2,
    (rest, blob, data, {}));

/// Inside data only: an event as it stands in the segment.
PRAVEGA_ACTOR_WIRE_COMMAND(event, 0,
    (rest, blob, data, {}));

/// Binds a writer id to a segment, for one connection.
PRAVEGA_ACTOR_WIRE_COMMAND(setup_append, 1,
    (must, i64, request_id, 0),
    (must, uuid, writer_id, {}),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}));

/// `last_event_number`: everything up to it is stored; null_attribute_value for a new writer.
PRAVEGA_ACTOR_WIRE_COMMAND(append_setup, 2,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, uuid, writer_id, {}),
    (must, i64, last_event_number, 0));

/// The first part of an append; the append_block_end of the same writer must follow at once.
PRAVEGA_ACTOR_WIRE_COMMAND(append_block, 3,
    (must, uuid, writer_id, {}),
    (rest, blob, data, {}));

/// The end of an append, or a whole one if no append_block came before.
/// `size_of_whole_events`: bytes of the block that are whole events.
PRAVEGA_ACTOR_WIRE_COMMAND(append_block_end, 4,
    (must, uuid, writer_id, {}),
    (must, i32, size_of_whole_events, 0),
    (must, blob, data, {}),
    (must, i32, num_events, 0),
    (must, i64, last_event_number, 0),
    (may, i64, request_id, -1));

/// Appends one event if the segment has the expected length. `event` is the payload; its header
/// is on the wire and in the segment.
PRAVEGA_ACTOR_WIRE_COMMAND(conditional_append, 5,
    (must, uuid, writer_id, {}),
    (must, i64, event_number, 0),
    (must, i64, expected_offset, 0),
    (framed_event, blob, event, {}),
    (may, i64, request_id, -1));

/// Everything up to `event_number` is durable.
PRAVEGA_ACTOR_WIRE_COMMAND(data_appended, 7,
    (must, uuid, writer_id, {}),
    (must, i64, event_number, 0),
    (may, i64, previous_event_number, -1),
    (may, i64, request_id, -1),
    (may, i64, current_segment_write_offset, -1));

/// The segment did not have the expected length. The writer stays usable.
PRAVEGA_ACTOR_WIRE_COMMAND(conditional_check_failed, 8,
    (must, uuid, writer_id, {}),
    (must, i64, event_number, 0),
    (may, i64, request_id, -1));

/// As conditional_append, for bytes that already hold event headers.
PRAVEGA_ACTOR_WIRE_COMMAND(conditional_block_end, 89,
    (must, uuid, writer_id, {}),
    (must, i64, event_number, 0),
    (must, i64, expected_offset, 0),
    (must, blob, data, {}),
    (must, i64, request_id, 0));

// clang-format on

}  // namespace pravega_actor::internal::wire
