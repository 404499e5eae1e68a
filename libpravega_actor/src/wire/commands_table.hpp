// Operations on table segments. Protocol of Pravega 0.13.
#pragma once

#include "wire/command_fields.hpp"

namespace pravega_actor::internal::wire {

/// Versions of a key in a request, next to a version >= 0 that must match.
inline constexpr i64 no_version = std::numeric_limits<i64>::min();
inline constexpr i64 version_not_exists = -1;

/// A key. On the wire an empty key has no version (it decodes as no_version).
struct table_key {
  blob data;
  i64 version = no_version;
  friend bool operator==(const table_key&, const table_key&) = default;
};

/// A key and its value.
struct table_entry {
  table_key key;
  blob value;
  friend bool operator==(const table_entry&, const table_entry&) = default;
};

/// Where an iteration goes on, and between which keys. On the wire each part may be missing at
/// the end, and a prefix filter (which later versions do not have) stands second: written
/// empty, skipped when read.
struct table_iterator_args {
  blob continuation_token;
  blob from_key;
  blob to_key;
  friend bool operator==(const table_iterator_args&, const table_iterator_args&) = default;
};

using table_keys = std::vector<table_key>;
using table_entries = std::vector<table_entry>;
using table_versions = std::vector<i64>;

// clang-format off

PRAVEGA_ACTOR_WIRE_COMMAND(get_table_segment_info, 68,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(table_segment_info, 69,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, i64, start_offset, 0),
    (must, i64, length, 0),
    (must, i64, entry_count, 0),
    (must, i32, key_length, 0));

/// `key_length`: 0 for keys of any length.
PRAVEGA_ACTOR_WIRE_COMMAND(create_table_segment, 70,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}),
    (may, bool, sorted_deprecated, false),
    (may, i32, key_length, 0),
    (may, i64, rollover_size_bytes, 0));

PRAVEGA_ACTOR_WIRE_COMMAND(delete_table_segment, 71,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, bool, must_be_empty, false),
    (must, std::string, delegation_token, {}));

/// `table_segment_offset`: the length that the segment must have, -1 for any.
PRAVEGA_ACTOR_WIRE_COMMAND(update_table_entries, 74,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}),
    (must, table_entries, entries, {}),
    (may, i64, table_segment_offset, -1));

PRAVEGA_ACTOR_WIRE_COMMAND(table_entries_updated, 75,
    (must, i64, request_id, 0),
    (must, table_versions, updated_versions, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(remove_table_keys, 76,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}),
    (must, table_keys, keys, {}),
    (may, i64, table_segment_offset, -1));

PRAVEGA_ACTOR_WIRE_COMMAND(table_keys_removed, 77,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(read_table, 78,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}),
    (must, table_keys, keys, {}));

/// One entry for each key asked for, in that order; version -1 if the key is not there.
PRAVEGA_ACTOR_WIRE_COMMAND(table_read, 79,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, table_entries, entries, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(read_table_keys, 83,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}),
    (must, i32, suggested_key_count, 0),
    (must, table_iterator_args, args, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(table_keys_read, 84,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, table_keys, keys, {}),
    (must, blob, continuation_token, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(read_table_entries, 85,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}),
    (must, i32, suggested_entry_count, 0),
    (must, table_iterator_args, args, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(table_entries_read, 86,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, table_entries, entries, {}),
    (must, blob, continuation_token, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(table_entries_delta_read, 87,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, table_entries, entries, {}),
    (must, bool, should_clear, false),
    (must, bool, reached_end, false),
    (must, i64, last_position, 0));

PRAVEGA_ACTOR_WIRE_COMMAND(read_table_entries_delta, 88,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, delegation_token, {}),
    (must, i64, from_position, 0),
    (must, i32, suggested_entry_count, 0));

// clang-format on

}  // namespace pravega_actor::internal::wire
