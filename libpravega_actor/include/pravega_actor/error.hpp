// Errors are values: a code with a sentence, and a context that says where it happened.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

// clang-format off
/// The table of all errors: X(name, retriable, fatal, sentence, advice).
///
/// `retriable`: the same call may succeed later without a change by the user (the library has
/// already retried within its own deadline). `fatal`: the reporting object can no longer be used.
/// docs/generated/errors.md is made from this table.
#define PRAVEGA_ACTOR_ERRORS(X)                                                                     \
  X(invalid_argument, false, false, "an argument is not valid", "pass a value that this message allows; the comment of the call and `pravega-actor VERB --help` give the range") \
  X(invalid_configuration, false, true, "the configuration is not valid", "correct the value; `pravega-actor config --explain` lists every key with its range and the source of its value") \
  X(invalid_name, false, false, "a name has characters or a length that Pravega refuses", "use letters, digits, '.' and '-', at most 250 characters") \
  X(event_too_large, false, false, "an event is larger than the limit", "split the event; the limit is 8388608 bytes") \
  X(would_block, true, false, "the limit of outstanding bytes or events is reached", "wait for credit, or use a call that waits") \
  X(limit_exceeded, false, false, "a named limit is exceeded", "ask for less in one call; `pravega-actor config --explain` lists the limits that can be raised") \
  X(out_of_memory, true, false, "memory is exhausted", "give the process more memory, or lower writer_outstanding_bytes_max, reader_prefetch_slices and reader_request_bytes") \
  X(closed, false, true, "the object is closed", "open a new one") \
  X(cancelled, false, false, "the call was cancelled", "repeat the call if its effect is still wanted") \
  X(deadline_exceeded, true, false, "a deadline passed", "check that the server named here runs and can be reached, or allow more time") \
  X(controller_unreachable, true, false, "the controller does not answer", "check that the controller runs at that address and that the port is open") \
  X(controller_failure, true, false, "the controller answered with a failure", "look for the reason in the controller's log; the library has already tried again") \
  X(unauthenticated, false, true, "the credentials are missing or refused", "check the user and the password, or the token; `pravega-actor config` shows which of the auth_ keys count and where they come from") \
  X(permission_denied, false, true, "the credentials do not allow this operation", "give the user the permission that this message names, or use other credentials") \
  X(scope_not_found, false, false, "the scope does not exist", "create the scope first") \
  X(scope_exists, false, false, "the scope exists already", "use another name, or continue with the existing one") \
  X(scope_not_empty, false, false, "the scope has streams or groups", "delete what is in it first") \
  X(stream_not_found, false, true, "the stream does not exist", "create the stream first, or check its name") \
  X(stream_exists, false, false, "the stream exists already", "use another name, or continue with the existing one") \
  X(stream_sealed, false, true, "the stream is sealed and accepts no more events", "write to another stream") \
  X(stream_not_sealed, false, false, "the stream must be sealed first", "seal the stream, for example with `pravega-actor stream seal`") \
  X(precondition_failed, false, false, "the request does not fit the state of the stream", "read the current state, for example with `pravega-actor stream info`, and repeat the request so that it fits") \
  X(wrong_host, true, false, "the segment store does not own the segment", "nothing to do: the library asks the controller again") \
  X(segment_store_unreachable, true, false, "the segment store cannot be reached", "check that the address published by the controller can be reached from here; a server in a container often publishes a loopback address") \
  X(connection_lost, true, false, "the connection ended", "nothing to do: the library reconnects") \
  X(incompatible_version, false, true, "the segment store speaks another version of the protocol", "this library speaks versions 5 to 16 (Pravega 0.13)") \
  X(protocol_violation, false, false, "the peer sent something that the protocol does not allow", "check that the address is that of a Pravega server") \
  X(malformed_frame, false, false, "a frame does not decode", "check that the address is that of a Pravega segment store") \
  X(frame_too_large, false, false, "a frame is larger than the limit", "check that the address is that of a Pravega segment store") \
  X(unknown_command, false, false, "a frame has an unknown type", "check that the address is that of a Pravega 0.13 segment store") \
  X(segment_exists, false, false, "the segment exists already", "use another name") \
  X(segment_not_found, false, true, "the segment does not exist", "find out whether the stream was deleted or truncated") \
  X(segment_sealed, false, true, "the segment is sealed", "continue with its successors") \
  X(segment_truncated, false, false, "the offset lies before the start of the segment", "the events before the start were truncated: continue at the start offset") \
  X(conditional_check_failed, false, false, "a condition of the request was not met", "read the current value and try again") \
  X(invalid_event_number, true, false, "another connection continued with the same writer id", "nothing to do: the library asks the store again") \
  X(token_expired, true, false, "the delegation token expired", "nothing to do: the library fetches a new one") \
  X(token_rejected, false, true, "the segment store refuses the delegation token", "check the credentials and the server's token key") \
  X(unsupported_operation, false, false, "the server does not support the operation", "use a server that has the operation: the sandbox and versions before 0.13 lack some") \
  X(server_error, true, false, "the server reports an error of its own", "look for the reason in the segment store's log; the library has already tried again") \
  X(table_key_not_found, false, false, "the key is not in the table segment", "insert it first") \
  X(table_bad_version, false, false, "the key has another version", "read it again and repeat") \
  X(table_not_empty, false, false, "the table segment is not empty", "remove its keys first") \
  X(retries_exhausted, true, true, "every attempt failed until the deadline", "remove the cause of the last failure, then start again; keys that end in _recovery_timeout_ms set how long the library tries") \
  X(not_written, false, true, "the event is known not to be stored", "write it again with a new writer") \
  X(outcome_unknown, false, true, "it is unknown whether the write took effect", "read the present state to find out, for an event the stream's tail, or make the write idempotent") \
  X(earlier_event_failed, false, true, "the event is durable, but an earlier event of its writer is not", "write the earlier events again with a new writer if their order does not matter") \
  X(reader_exists, false, false, "a reader of this name is online in the group", "use another reader id, or declare the old reader offline, for example with `pravega-actor group offline`") \
  X(reader_offline, false, true, "the reader was declared offline, or its group was reset", "open a new reader of the group; it goes on at the position that the group has") \
  X(end_of_segment, false, false, "the segment is sealed and read to its end", "continue with its successors") \
  X(actor_terminated, true, false, "the actor ended before it answered", "repeat the call; the events of client::subscribe say why the actor ended") \
  X(io_error, true, false, "the operating system reports an error", "remove the cause that the system names, for example a missing file, a full disk or a port in use") \
  X(internal_error, false, true, "the library has a bug", "report it as a bug, with this whole message") \
  X(reader_group_not_found, false, true, "the reader group does not exist", "create the group first, or check its name; the group may have been deleted and created again meanwhile") \
  X(reader_group_exists, false, false, "the reader group exists already with another configuration", "use another name, or continue with the existing group") \
  X(reader_group_changed, false, false, "the reader group has another generation or id", "read the group's configuration again and repeat the call with it") \
  X(transaction_not_found, false, true, "the transaction does not exist", "check its id and its stream; a controller forgets a transaction some time after its end, and with its stream") \
  X(transaction_committed, false, true, "the transaction is committed", "nothing to do if that was wanted; write further events in a new transaction") \
  X(transaction_aborted, false, true, "the transaction was aborted: none of its events is in the stream", "write its events again in a new transaction if they are still wanted") \
  X(transaction_expired, false, true, "the lease or the longest execution time of the transaction ended, and the controller aborted it", "write its events again in a new transaction, with a longer lease or with fewer events in each") \
  X(writer_fenced, false, true, "another process writes under the name of this writer", "let one process at a time write under a name; an event whose outcome is unknown may be written again under the same number by whoever goes on") \
  X(certificate_rejected, false, true, "the server's certificate is not accepted", "put the CA of the servers into tls_trust_store_file, and connect to a name that the certificate has; if it expired, it must be renewed") \
  X(tls_failed, false, true, "no TLS connection can be made", "check that the scheme fits the port (tls:// or tcp://), and that the versions of TLS and the client's certificate fit the server")
// clang-format on

/// What went wrong. Each enumerator's sentence is `describe(code)`.
enum class errc : std::uint8_t {
#define X(name, retriable, fatal, sentence, advice) name,
  PRAVEGA_ACTOR_ERRORS(X)
#undef X
};

/// The stage of an operation at which it failed.
enum class stage : std::uint8_t {
  none,
  configuration,
  controller_call,
  connect,
  handshake,
  setup_append,
  append,
  flush,
  read,
  segment_request,
  decode,
  begin_transaction,
  commit_transaction,
  abort_transaction,
  close,
  tls_handshake,
};

/// The enumerator's own name, for example "would_block".
[[nodiscard]] std::string_view to_string(errc code) noexcept;
/// The sentence of the table.
[[nodiscard]] std::string_view describe(errc code) noexcept;
/// The table's advice: what the user can do.
[[nodiscard]] std::string_view advice(errc code) noexcept;
[[nodiscard]] bool is_retriable(errc code) noexcept;
[[nodiscard]] bool is_fatal(errc code) noexcept;
/// The stage in words, for example "setup append".
[[nodiscard]] std::string_view to_string(stage at) noexcept;

/// An error: a code and its context. Copies share the context; a value never changes once
/// shared. Any thread may read it. Texts may come from servers, so each is one line of UTF-8
/// that does nothing to a terminal (what would is escaped, "\x1b"), of little more than
/// limits::error_text_bytes_max.
class error {
 public:
  error(errc code) noexcept : code_{code} {}  // NOLINT: an errc is an error without context
  error(errc code, std::string detail);

  [[nodiscard]] errc code() const noexcept { return code_; }
  /// Whether repeating the call later can help.
  [[nodiscard]] bool retriable() const noexcept { return is_retriable(code_); }
  /// Whether the reporting object can no longer be used.
  [[nodiscard]] bool fatal() const noexcept { return is_fatal(code_); }
  /// The stage at which the operation failed.
  [[nodiscard]] stage at() const noexcept;
  /// The details of the failure; may be empty; never contains secrets.
  [[nodiscard]] const std::string& detail() const noexcept;
  /// "host:port" of the controller concerned, or "".
  [[nodiscard]] const std::string& controller() const noexcept;
  /// "host:port" of the segment store concerned, or "".
  [[nodiscard]] const std::string& segment_store() const noexcept;
  /// The segment or stream concerned, or "".
  [[nodiscard]] const std::string& subject() const noexcept;
  /// The request id on the wire, or 0.
  [[nodiscard]] std::int64_t request_id() const noexcept;

  // Each returns a copy with one more item of context.
  [[nodiscard]] error with_stage(stage at) const;
  [[nodiscard]] error with_detail(std::string detail) const;
  [[nodiscard]] error with_controller(std::string address) const;
  [[nodiscard]] error with_segment_store(std::string address) const;
  [[nodiscard]] error with_subject(std::string name) const;
  [[nodiscard]] error with_request_id(std::int64_t id) const;

  /// The failure alone: sentence and detail.
  [[nodiscard]] std::string summary() const;
  /// One line for people: sentence, detail, stage, addresses, request id, advice.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const error& a, errc b) noexcept { return a.code_ == b; }

 private:
  struct context;
  [[nodiscard]] std::shared_ptr<context> clone() const;
  errc code_;
  std::shared_ptr<const context> context_;
};

}  // namespace pravega_actor
