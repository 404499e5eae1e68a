// Replies that report a failure. Protocol of Pravega 0.13.
#pragma once

#include "wire/command_fields.hpp"

namespace pravega_actor::internal::wire {

/// Why a delegation token was refused. Numbers that are not listed decode as
/// token_check_failed.
enum class token_error : std::int32_t {
  unspecified = -1,
  token_check_failed = 0,
  token_expired = 1,
};

/// What kind of failure an error_message reports. Numbers that are not listed decode as
/// unspecified.
enum class message_error : std::int32_t {
  unspecified = -1,
  illegal_argument = 0,
};

// clang-format off

/// The segment belongs to another segment store. `correct_host` is "" from a 0.13 server.
PRAVEGA_ACTOR_WIRE_COMMAND(wrong_host, 50,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, correct_host, {}),
    (may, std::string, server_stack_trace, {}));

/// `offset`: of an append its event number, of a read its offset, else -1.
PRAVEGA_ACTOR_WIRE_COMMAND(segment_is_sealed, 51,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (may, std::string, server_stack_trace, {}),
    (may, i64, offset, -1));

PRAVEGA_ACTOR_WIRE_COMMAND(segment_already_exists, 52,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (may, std::string, server_stack_trace, {}));

/// `offset`: of a read its offset, else -1.
PRAVEGA_ACTOR_WIRE_COMMAND(no_such_segment, 53,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (may, std::string, server_stack_trace, {}),
    (may, i64, offset, -1));

/// Another connection went on with the writer id. Mind the order: the writer id comes first.
PRAVEGA_ACTOR_WIRE_COMMAND(invalid_event_number, 55,
    (must, uuid, writer_id, {}),
    (must, i64, request_id, 0),
    (may, std::string, server_stack_trace, {}),
    (may, i64, event_number, -1));

/// `start_offset`: where the segment starts now.
PRAVEGA_ACTOR_WIRE_COMMAND(segment_is_truncated, 56,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, i64, start_offset, 0),
    (may, std::string, server_stack_trace, {}),
    (may, i64, offset, -1));

PRAVEGA_ACTOR_WIRE_COMMAND(operation_unsupported, 57,
    (must, i64, request_id, 0),
    (must, std::string, operation_name, {}),
    (may, std::string, server_stack_trace, {}));

/// For a read, a 0.13 server repeats the read's offset instead of its request id.
PRAVEGA_ACTOR_WIRE_COMMAND(auth_token_check_failed, 60,
    (must, i64, request_id, 0),
    (may, std::string, server_stack_trace, {}),
    (may, token_error, error_code, token_error::unspecified));

PRAVEGA_ACTOR_WIRE_COMMAND(error_message, 61,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, message, {}),
    (must, message_error, error_code, message_error::unspecified));

PRAVEGA_ACTOR_WIRE_COMMAND(table_segment_not_empty, 80,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, server_stack_trace, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(table_key_does_not_exist, 81,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, server_stack_trace, {}));

PRAVEGA_ACTOR_WIRE_COMMAND(table_key_bad_version, 82,
    (must, i64, request_id, 0),
    (must, std::string, segment, {}),
    (must, std::string, server_stack_trace, {}));

// clang-format on

}  // namespace pravega_actor::internal::wire
