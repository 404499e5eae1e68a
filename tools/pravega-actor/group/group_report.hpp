// A reader group as a table and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/json_text.hpp"
#include "common/styled_line.hpp"
#include "pravega_actor/reader_group.hpp"

namespace pravega_actor::tool {

/// A group at a moment, as far as it was asked for.
struct group_view {
  reader_group_description group;
  /// By the definitions of `unread_since`.
  std::optional<unread_bytes> since_checkpoint;
  std::optional<unread_bytes> since_live;
  /// Why `since_live` is not known though it was asked for, or "".
  std::string live_obstacle;
};

/// A table: the group, its readers with the number of their segments and unread bytes, then the
/// segments. Names are shortened so that the lines have at most `columns`, which counts as 60
/// if it is less.
[[nodiscard]] std::vector<styled_line> group_lines(const group_view& seen, std::size_t columns);
/// Everything that is known, nothing shortened.
[[nodiscard]] json_object to_json(const group_view& seen);

/// Settings as the JSON of several actions has them.
[[nodiscard]] json_object to_json(const reader_group_config& config);
/// A cut for each stream, each with its text.
[[nodiscard]] json_array to_json(const std::map<scoped_stream, stream_cut>& cuts);

}  // namespace pravega_actor::tool
