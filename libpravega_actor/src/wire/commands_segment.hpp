// Reading, and operations on whole segments. Protocol of Pravega 0.13.
#pragma once

#include "wire/command_fields.hpp"

namespace pravega_actor::internal::wire {

// clang-format off

/// One condition and change of merge_segments. `update_type`: 0 only if unset, 1 replace,
/// 2 replace if greater, 3 accumulate, 4 replace if equal to `old_value`.
PRAVEGA_ACTOR_WIRE_RECORD(attribute_update,
    (must, uuid, attribute_id, {}),
    (must, i8, update_type, 0),
    (must, i64, new_value, 0),
    (must, i64, old_value, 0));

/// One element of segments_batch_merged.
PRAVEGA_ACTOR_WIRE_RECORD(merged_source,
    (must, std::string, source, {}),
    (must, i64, new_target_write_offset, 0));

/// One element of storage_chunks_listed.
PRAVEGA_ACTOR_WIRE_RECORD(storage_chunk,
    (must, i64, length_in_metadata, 0),
    (must, i64, length_in_storage, 0),
    (must, i64, start_offset, 0),
    (must, std::string, chunk_name, {}),
    (must, bool, exists_in_storage, false));

using attribute_updates = std::vector<attribute_update>;
using merged_sources = std::vector<merged_source>;
using storage_chunks = std::vector<storage_chunk>;
using texts = std::vector<std::string>;

/// The server answers with 1 byte up to min(2 MiB, max(8, suggested_length)).
PRAVEGA_ACTOR_WIRE_COMMAND(read_segment, 9,
    (must, std::string, segment, {}),
    (must, i64, offset, 0),
    (must, i32, suggested_length, 0),
    (must, std::string, delegation_token, {}),
    (may, i64, request_id, -1));

/// Data may come together with `end_of_segment`. Empty data without it means: ask again.
PRAVEGA_ACTOR_WIRE_COMMAND(segment_read, 10,
    (must, std::string, segment, {}),
    (must, i64, offset, 0),
    (must, bool, at_tail, false),
    (must, bool, end_of_segment, false),
    (must, blob, data, {}),
    (may, i64, request_id, -1));

PRAVEGA_ACTOR_WIRE_COMMAND(get_stream_segment_info, 11,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}));

/// `last_modified`: milliseconds since 1970.
PRAVEGA_ACTOR_WIRE_COMMAND(stream_segment_info, 12,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, bool, exists, false),
    (must, bool, is_sealed, false),
    (must, bool, is_deleted, false),
    (must, i64, last_modified, 0),
    (must, i64, write_offset, 0),
    (may, i64, start_offset, 0));

/// `scale_type`: 0 none, 1 throughput in KB/s, 2 events per second.
PRAVEGA_ACTOR_WIRE_COMMAND(create_segment, 20,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, i32, target_rate, 0),
    (must, i8, scale_type, 0),
    (must, std::string, delegation_token, {}),
    (may, i64, rollover_size_bytes, 0));

PRAVEGA_ACTOR_WIRE_COMMAND(segment_created, 21,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(seal_segment, 28,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(segment_sealed, 29,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(delete_segment, 30,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(segment_deleted, 31,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(update_segment_policy, 32,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, i32, target_rate, 0),
    (must, i8, scale_type, 0),
    (must, std::string, delegation_token, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(segment_policy_updated, 33,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(get_segment_attribute, 34,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, uuid, attribute_id, {}),
    (must, std::string, delegation_token, {}));

/// `value`: null_attribute_value if it is not set.
PRAVEGA_ACTOR_WIRE_COMMAND(segment_attribute, 35,
    (must, i64, request_id, 0),
    (must, i64, value, 0));

/// Compare and set. Expected null_attribute_value: must not be set; new one: remove.
PRAVEGA_ACTOR_WIRE_COMMAND(update_segment_attribute, 36,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, uuid, attribute_id, {}),
    (must, i64, new_value, 0),
    (must, i64, expected_value, 0),
    (must, std::string, delegation_token, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(segment_attribute_updated, 37,
    (must, i64, request_id, 0),
    (must, bool, success, false));

PRAVEGA_ACTOR_WIRE_COMMAND(truncate_segment, 38,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, i64, offset, 0),
    (must, std::string, delegation_token, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(segment_truncated, 39,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}));

/// segment_created answers with the name that the server chose.
PRAVEGA_ACTOR_WIRE_COMMAND(create_transient_segment, 40,
    (must, i64, request_id, 0),
    (must, uuid, writer_id, {}),
    (must, std::string, parent_segment, {}),
    (must, std::string, delegation_token, {}));

/// A condition that fails is answered by segment_attribute_updated without success.
PRAVEGA_ACTOR_WIRE_COMMAND(merge_segments, 58,
    (must, i64, request_id, 0),
    (must, std::string, target, {}),
    (must, std::string, source, {}),
    (must, std::string, delegation_token, {}),
    (may, attribute_updates, updates, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(segments_merged, 59,
    (must, i64, request_id, 0),
    (must, std::string, target, {}),
    (must, std::string, source, {}),
    (may, i64, new_target_write_offset, -1));

PRAVEGA_ACTOR_WIRE_COMMAND(merge_segments_batch, 90,
    (must, i64, request_id, 0),
    (must, std::string, target, {}),
    (must, texts, sources, {}),
    (must, std::string, delegation_token, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(segments_batch_merged, 91,
    (must, i64, request_id, 0),
    (must, std::string, target, {}),
    (must, merged_sources, sources, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(flush_to_storage, -3,
    (must, i32, container_id, 0),
    (must, std::string, delegation_token, {}),
    (must, i64, request_id, 0));

PRAVEGA_ACTOR_WIRE_COMMAND(storage_flushed, -4,
    (must, i64, request_id, 0));

PRAVEGA_ACTOR_WIRE_COMMAND(list_storage_chunks, -5,
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}),
    (must, i64, request_id, 0));

PRAVEGA_ACTOR_WIRE_COMMAND(storage_chunks_listed, -6,
    (must, i64, request_id, 0),
    (must, storage_chunks, chunks, {}));

// clang-format on

}  // namespace pravega_actor::internal::wire
