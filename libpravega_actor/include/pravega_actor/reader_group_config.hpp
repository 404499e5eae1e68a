// The configuration of a reader group, as the controller and the group's state hold it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "pravega_actor/export.hpp"
#include "pravega_actor/names.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_cut.hpp"
#include "pravega_actor/uuid.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// Whether the retention of the group's streams waits for the group. It affects only streams
/// with a retention policy: the controller keeps what the group has not released, within the
/// bounds of the policy. The values are those that Pravega stores.
enum class group_retention : std::uint8_t {
  /// The streams do not wait for the group.
  none,
  /// They keep what follows the last cut that the application released.
  manual,
  /// They keep what follows the group's last checkpoint.
  automatic
};

/// The configuration of a reader group. The defaults are those of the Java client.
struct reader_group_config {
  /// A cut for each stream that the group reads. No cut means the stream's head among the
  /// starting cuts, and no end among the ending cuts.
  using cuts = std::map<scoped_stream, std::optional<stream_cut>>;

  /// Milliseconds between automatic checkpoints; 0 or less: none.
  std::int64_t automatic_checkpoint_interval_ms = 30'000;
  /// Milliseconds after which a reader reads the group's state again; at least 0.
  std::int64_t group_refresh_time_ms = 3'000;
  /// Where the group begins: 1 to limits::group_streams_max streams. A cut has at least one
  /// segment and is a cut of its stream.
  cuts starting_cuts;
  /// Where the group ends. A stream without an entry has no end; a stream with one must also be
  /// in `starting_cuts`, and none of its segments ends before it starts.
  cuts ending_cuts;
  /// Requested checkpoints that may be incomplete at the same time; at least 1.
  std::int32_t outstanding_checkpoints_max = 3;
  group_retention retention = group_retention::none;
  /// The controller sets the generation: 0 when it creates the group, and one more with each
  /// update. -1: the group has none yet.
  std::int64_t generation = -1;
  /// The creator of the group draws the id. It distinguishes groups of the same name that
  /// existed one after the other. All zeros: the group has none yet.
  uuid id;

  friend bool operator==(const reader_group_config&, const reader_group_config&) = default;

  /// Whether the fields have the ranges above. `generation` and `id` may have any value. The
  /// error is invalid_argument, invalid_name, or limit_exceeded.
  [[nodiscard]] result<void> check() const;
  /// Whether all fields except `generation` and `id` are equal. A missing end equals an end
  /// without a cut.
  [[nodiscard]] bool has_same_settings(const reader_group_config& other) const;
};

}  // namespace pravega_actor
