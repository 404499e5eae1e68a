// Which routing positions a reader's segments hold, and whether the controller's answers leave
// some out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// A pure machine. Heads, cuts and successors come without the ranges of what they stand for:
/// the epochs know them. A segment whose range is not known is not judged.
class key_coverage {
 public:
  /// The range of this segment is to be found out.
  void want(segment_id which);
  /// The epoch to ask for next, the latest first: its segments are mostly all that is wanted.
  /// None: everything is known.
  [[nodiscard]] std::optional<std::int32_t> next_epoch() const;
  /// A segment that `next_epoch` is asked for.
  [[nodiscard]] std::optional<segment_id> wanted_of_next_epoch() const;
  /// The segments of the epoch that was asked for. Returns a wanted one that the stream never
  /// had.
  [[nodiscard]] std::optional<segment_id> on_epoch(
      std::int32_t epoch, const std::vector<segment_with_range>& segments);
  void know(const segment_with_range& which) { ranges_[which.id] = which.range; }
  void forget(segment_id which) { ranges_.erase(which); }

  /// protocol_violation if segments leave a routing position out, or hold one twice.
  [[nodiscard]] result<void> check_whole(const std::set<segment_id>& segments) const;
  /// The same for what follows a segment, within its range.
  [[nodiscard]] result<void> check_successors(
      segment_id of, const std::vector<controller::successor>& after) const;
  /// Whether both ranges are known and share more than a bound.
  [[nodiscard]] bool overlap(segment_id a, segment_id b) const;

 private:
  [[nodiscard]] std::optional<key_range> range_of(segment_id which) const;
  std::map<segment_id, key_range> ranges_;
  std::set<segment_id> wanted_;
};

/// "2.#epoch.1".
[[nodiscard]] std::string short_name(segment_id id);

}  // namespace pravega_actor::internal
