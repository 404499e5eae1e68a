// Reads a stream through readers of a group: joins, hands out items, leaves in good order.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "group/groups.hpp"
#include "reading.hpp"

namespace pravega_actor::tool {

/// The options of verbs that read through a group.
struct group_options {
  /// "GROUP" or "SCOPE/GROUP"; "": no group.
  std::string group;
  std::string reader;
  group_settings settings;
  bool release_between_checkpoints = false;
  std::int64_t lease_ms = 0;
};

/// What these options stand under in texts.
inline constexpr const char* group_heading = "Reader groups";
/// Adds --group, the settings of a new group, --release-between-checkpoints and --lease-ms.
/// Returns the row of --group.
option_row& add_group_options(verb_row& verb, group_options& into);

/// How a reader reads that has these options.
[[nodiscard]] event_reader_options reader_options_of(const group_options& options);

/// Creates the group unless it exists, and says in a note what an existing one has other than
/// was asked for. It begins at `from` if it is new. The error is invalid_argument if the group
/// exists and does not read the stream.
[[nodiscard]] result<scoped_group> ready_group(const common_options& common, session& in,
                                               const group_options& options,
                                               const scoped_stream& stream);

struct group_plan {
  scoped_stream stream;
  scoped_group group;
  /// Names of the readers, each of which joins.
  std::vector<std::string> readers;
  event_reader_options options;
  /// False: end when the group has nothing left to read.
  bool follow = false;
};

/// What became of an item.
struct item_taken {
  /// It and all items of its reader before it are processed.
  bool processed = true;
  /// Instead: only the events of the slice before this offset are.
  std::optional<std::int64_t> processed_to;
  /// False ends the reading.
  bool go_on = true;
};

/// One call at a time, but from any thread.
struct group_hooks {
  std::function<item_taken(const std::string& reader, const event_item& item)> on_item;
  /// Nothing came for a while; false ends the reading. May be empty.
  std::function<bool()> on_idle;
  /// What is drawn on a terminal while it reads; may be empty.
  std::function<styled_line()> progress;
};

/// How a reader left its group.
struct reader_left {
  std::string reader;
  /// Where the group goes on, in the segments that the reader had.
  position released;
  result<void> outcome;
};

struct group_reading_outcome {
  read_end end = read_end::reached;
  std::vector<reader_left> readers;
};

/// Reads until nothing is left (unless `follow`), the end of all data, an item that ends it, or
/// a stop signal. All readers have left the group then, or are about to. The error is that of
/// the first reader that failed.
[[nodiscard]] result<group_reading_outcome> read_group(const common_options& common,
                                                       session& in, const group_plan& plan,
                                                       const group_hooks& hooks);

/// Says in notes how readers left: all of them, or those only that may not have left.
void note_left(const common_options& common, const scoped_group& group,
               const group_reading_outcome& outcome, bool all);

}  // namespace pravega_actor::tool
