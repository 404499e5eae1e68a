// The binary form of a reader group's state, byte for byte as Pravega's Java client 0.13 has
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "group/group_updates.hpp"
#include "pravega_actor/bytes.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// One entry of a group's stream: the payload of one event.
struct group_entry {
  enum class kind : std::uint8_t { initial = 1, update = 2 };
  kind is = kind::update;
  /// One initial update if the entry is `initial`; else any updates in their order.
  std::vector<group_update> updates;
  friend bool operator==(const group_entry&, const group_entry&) = default;
};

/// The entry's bytes. The error is invalid_argument for what the form cannot hold (a segment
/// whose name does not read back, a range outside [0, 1], a text above
/// limits::wire_text_bytes_max, an `initial` entry without exactly one initial update), or
/// limit_exceeded above limits::group_entry_bytes_max.
[[nodiscard]] result<std::vector<std::byte>> encode_group_entry(const group_entry& entry);

/// Reads what any client wrote. Behind an initial update anything may follow (Java pads with
/// zeros); a list of updates must end with the entry. Later revisions than the known ones are
/// skipped, missing ones leave defaults. The error names the update, its index and the field:
/// unsupported_operation for an unknown kind, type or version, limit_exceeded for a limit that
/// it names, invalid_argument for anything else.
[[nodiscard]] result<group_entry> decode_group_entry(byte_view bytes);

/// One update without a frame; the errors are those of the entry.
[[nodiscard]] result<std::vector<std::byte>> encode_group_update(const group_update& update);
[[nodiscard]] result<group_update> decode_group_update(byte_view bytes);
/// An initial update, behind which anything may follow.
[[nodiscard]] result<group_update> decode_group_initial(byte_view bytes);

/// Java's ReaderGroupConfig.toBytes() and fromBytes(); the errors are those of the entry.
[[nodiscard]] result<std::vector<std::byte>> encode_group_config(
    const reader_group_config& config);
[[nodiscard]] result<reader_group_config> decode_group_config(byte_view bytes);

/// Java's CheckpointState.toBytes() and fromBytes(); the errors are those of the entry.
[[nodiscard]] result<std::vector<std::byte>> encode_checkpoint_state(
    const checkpoint_state& state);
[[nodiscard]] result<checkpoint_state> decode_checkpoint_state(byte_view bytes);

}  // namespace pravega_actor::internal
