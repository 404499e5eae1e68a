// All commands of the segment store protocol, as of Pravega 0.13 (wire version 16).
#pragma once

#include <cstdint>
#include <utility>

#include "pravega_actor/one_of.hpp"
#include "wire/commands_append.hpp"
#include "wire/commands_error.hpp"
#include "wire/commands_segment.hpp"
#include "wire/commands_table.hpp"

// clang-format off
/// X(command) for every command.
#define PRAVEGA_ACTOR_WIRE_COMMANDS(X) \
  X(hello) X(keep_alive) X(padding) X(partial_event) X(event) \
  X(setup_append) X(append_setup) X(append_block) X(append_block_end) X(conditional_append) \
  X(data_appended) X(conditional_check_failed) X(conditional_block_end) \
  X(wrong_host) X(segment_is_sealed) X(segment_already_exists) X(no_such_segment) \
  X(invalid_event_number) X(segment_is_truncated) X(operation_unsupported) \
  X(auth_token_check_failed) X(error_message) X(table_segment_not_empty) \
  X(table_key_does_not_exist) X(table_key_bad_version) \
  X(read_segment) X(segment_read) X(get_stream_segment_info) X(stream_segment_info) \
  X(create_segment) X(segment_created) X(seal_segment) X(segment_sealed) X(delete_segment) \
  X(segment_deleted) X(update_segment_policy) X(segment_policy_updated) \
  X(get_segment_attribute) X(segment_attribute) X(update_segment_attribute) \
  X(segment_attribute_updated) X(truncate_segment) X(segment_truncated) \
  X(create_transient_segment) X(merge_segments) X(segments_merged) X(merge_segments_batch) \
  X(segments_batch_merged) X(flush_to_storage) X(storage_flushed) X(list_storage_chunks) \
  X(storage_chunks_listed) \
  X(get_table_segment_info) X(table_segment_info) X(create_table_segment) \
  X(delete_table_segment) X(update_table_entries) X(table_entries_updated) \
  X(remove_table_keys) X(table_keys_removed) X(read_table) X(table_read) X(read_table_keys) \
  X(table_keys_read) X(read_table_entries) X(table_entries_read) \
  X(table_entries_delta_read) X(read_table_entries_delta)
// clang-format on

namespace pravega_actor::internal::wire {

struct command_set {
#define X(name) name,
  enum class position : std::uint8_t { PRAVEGA_ACTOR_WIRE_COMMANDS(X) };
#undef X
};

}  // namespace pravega_actor::internal::wire

namespace pravega_actor {
#define X(name)                                                                         \
  template <>                                                                           \
  inline constexpr int position_in<internal::wire::command_set, internal::wire::name> = \
      static_cast<int>(internal::wire::command_set::position::name);
PRAVEGA_ACTOR_WIRE_COMMANDS(X)
#undef X
}  // namespace pravega_actor

namespace pravega_actor::internal::wire {

/// Any command.
using command = one_of<command_set>;

/// The same command with the same fields.
[[nodiscard]] bool operator==(const command& a, const command& b);

/// Calls `f` with the command in its own type.
template <class F>
decltype(auto) visit(F&& f, const command& any) {
  switch (static_cast<command_set::position>(any.position())) {
#define X(name)                     \
  case command_set::position::name: \
    return std::forward<F>(f)(any.get<name>());
    PRAVEGA_ACTOR_WIRE_COMMANDS(X)
#undef X
  }
  __builtin_unreachable();
}

}  // namespace pravega_actor::internal::wire
