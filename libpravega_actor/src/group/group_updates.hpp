// The updates of a reader group's state, as the members of a group write them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "group/group_types.hpp"
#include "pravega_actor/one_of.hpp"

// clang-format off
/// X(update) for every update; the position is its type on the wire. The first two are initial:
/// they replace the whole state. Texts are as on the wire (Java's modified UTF-8; for the
/// characters of names that is the text itself).
#define PRAVEGA_ACTOR_GROUP_UPDATES(X) \
  X(group_init) X(group_snapshot) X(add_reader) X(remove_reader) X(release_segment) \
  X(acquire_segment) X(update_distance) X(segment_completed) X(checkpoint_reader) \
  X(create_checkpoint) X(clear_checkpoints_before) X(checkpoint_published) X(updating_config) \
  X(remove_outstanding_checkpoints)
// clang-format on

namespace pravega_actor::internal {

/// A new group, or a reset one: every reader is gone.
struct group_init {
  reader_group_config config;
  /// Where reading begins; at least one. All are unassigned, in this order.
  ordered_offsets starting_segments;
  /// Where reading ends; 2^63 - 1: at the segment's own end.
  segment_offsets end_segments;
  bool updating_config = false;
  friend bool operator==(const group_init&, const group_init&) = default;
};

/// A whole state (Java: CompactReaderGroupState).
struct group_snapshot {
  reader_group_config config;
  checkpoint_state checkpoints;
  /// Milliseconds by reader.
  std::map<std::string, std::int64_t> distance_to_tail;
  /// Segments that nobody may read yet, with the ids of the predecessors that are not complete.
  std::map<group_segment, std::set<std::int64_t>> future_segments;
  /// The segments of each online reader.
  std::map<std::string, group_offsets> assigned;
  ordered_offsets unassigned;
  segment_offsets end_segments;
  /// For watermarks: roughly how far each segment is read.
  group_offsets last_read;
  bool updating_config = false;
  friend bool operator==(const group_snapshot&, const group_snapshot&) = default;
};

/// A reader comes online.
struct add_reader {
  std::string reader;
  friend bool operator==(const add_reader&, const add_reader&) = default;
};

/// A reader goes, or is declared dead. Its segments continue at the given positions, or at the
/// stored ones where none is given.
struct remove_reader {
  std::string reader;
  segment_offsets positions;
  friend bool operator==(const remove_reader&, const remove_reader&) = default;
};

/// A reader gives a segment back.
struct release_segment {
  std::string reader;
  segment name;
  std::int64_t offset = 0;
  friend bool operator==(const release_segment&, const release_segment&) = default;
};

/// A reader takes an unassigned segment.
struct acquire_segment {
  std::string reader;
  segment name;
  friend bool operator==(const acquire_segment&, const acquire_segment&) = default;
};

/// How far a reader is behind, and where it reads.
struct update_distance {
  std::string reader;
  /// Milliseconds; less than the assumed lag counts as the assumed lag.
  std::int64_t distance_ms = 0;
  group_offsets last_read;
  friend bool operator==(const update_distance&, const update_distance&) = default;
};

/// A reader has read a segment to its end. `completed` has the range under which the reader
/// holds it. Each successor comes with the ids of all its predecessors.
struct segment_completed {
  std::string reader;
  group_segment completed;
  std::map<group_segment, std::set<std::int64_t>> successors;
  friend bool operator==(const segment_completed&, const segment_completed&) = default;
};

/// A reader reports its positions at a checkpoint.
struct checkpoint_reader {
  std::string checkpoint;
  std::string reader;
  segment_offsets positions;
  friend bool operator==(const checkpoint_reader&, const checkpoint_reader&) = default;
};

struct create_checkpoint {
  std::string checkpoint;
  friend bool operator==(const create_checkpoint&, const create_checkpoint&) = default;
};

/// Forget the checkpoints that are older than this one.
struct clear_checkpoints_before {
  std::string checkpoint;
  friend bool operator==(const clear_checkpoints_before&,
                         const clear_checkpoints_before&) = default;
};

/// Whether the controller knows the positions of the last complete checkpoint.
struct checkpoint_published {
  bool published = false;
  friend bool operator==(const checkpoint_published&, const checkpoint_published&) = default;
};

/// Whether a reset of the configuration is under way.
struct updating_config {
  bool updating = false;
  friend bool operator==(const updating_config&, const updating_config&) = default;
};

/// Give up all incomplete checkpoints that are not silent.
struct remove_outstanding_checkpoints {
  friend bool operator==(const remove_outstanding_checkpoints&,
                         const remove_outstanding_checkpoints&) = default;
};

struct group_update_set {
#define X(name) name,
  enum class position : std::uint8_t { PRAVEGA_ACTOR_GROUP_UPDATES(X) count };
#undef X
};

}  // namespace pravega_actor::internal

namespace pravega_actor {
#define X(name)                                                                  \
  template <>                                                                    \
  inline constexpr int position_in<internal::group_update_set, internal::name> = \
      static_cast<int>(internal::group_update_set::position::name);
PRAVEGA_ACTOR_GROUP_UPDATES(X)
#undef X
}  // namespace pravega_actor

namespace pravega_actor::internal {

/// Any update.
using group_update = one_of<group_update_set>;

/// The same update with the same fields.
[[nodiscard]] bool operator==(const group_update& a, const group_update& b);
/// Whether the update replaces the whole state.
[[nodiscard]] bool is_initial(const group_update& update) noexcept;
/// The name of a type, for example "acquire_segment"; "unknown" from 14 on.
[[nodiscard]] std::string_view group_update_name(int type) noexcept;

/// Calls `f` with the update in its own type.
template <class F>
decltype(auto) visit(F&& f, const group_update& any) {
  switch (static_cast<group_update_set::position>(any.position())) {
#define X(name)                          \
  case group_update_set::position::name: \
    return std::forward<F>(f)(any.get<name>());
    PRAVEGA_ACTOR_GROUP_UPDATES(X)
#undef X
    case group_update_set::position::count:
      break;
  }
  __builtin_unreachable();
}

}  // namespace pravega_actor::internal
