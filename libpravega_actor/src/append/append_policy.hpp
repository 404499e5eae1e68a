// What sets the segments of transactions apart from those of streams, for what writes to them.
#pragma once

namespace pravega_actor::internal {

/// How a segment is written to.
struct append_policy {
  /// Successors take over from a sealed segment. Otherwise its seal ends the writer, and so
  /// does its absence.
  bool has_successors = true;
  /// It has a connection of its own. Otherwise it uses those that others use, too.
  bool has_own_connection = true;
  /// It connects when the writer opens. Otherwise it does so for its first event.
  bool connects_at_once = true;
};

inline constexpr append_policy stream_segments{};
/// A transaction is short, and there may be hundreds at a time. When one of its segments is
/// sealed or gone, the transaction is over.
inline constexpr append_policy transaction_segments{false, false, false};

}  // namespace pravega_actor::internal
