// A checkpoint of a reader group: a consistent place in all streams that the group reads.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_cut.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// A complete checkpoint. Everything before its cuts was processed when the readers passed it.
struct checkpoint {
  std::string name;
  /// A cut for each stream of which something was left to read.
  std::map<scoped_stream, stream_cut> cuts;
  friend bool operator==(const checkpoint&, const checkpoint&) = default;

  /// Whether the checkpoint can be serialized: a name of at most limits::wire_text_bytes_max,
  /// at most limits::group_streams_max streams, and valid cuts, each of its stream. The error
  /// is invalid_argument, invalid_name or limit_exceeded.
  [[nodiscard]] result<void> check() const;
  /// Java's Checkpoint.toBytes(). Empty if `check` fails.
  [[nodiscard]] std::vector<std::byte> to_bytes() const;
  /// Parses the form of `to_bytes`. The error is invalid_argument or limit_exceeded.
  [[nodiscard]] static result<checkpoint> from_bytes(byte_view bytes);
};

/// Checks the name of a new checkpoint. It has 1 to 1024 bytes of UTF-8, without U+0000 and
/// without characters above U+FFFF, which Java encodes differently. It must not contain
/// "_SILENT_", which marks Pravega's own checkpoints. The error is invalid_name.
[[nodiscard]] result<void> check_checkpoint_name(std::string_view name);

}  // namespace pravega_actor
