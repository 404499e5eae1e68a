// Which segments may be read next, when others are read to their end.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor {

/// A pure machine. A successor is read only when all its predecessors are read. Segments that
/// share successors are replaced together, in one step, so that what a reader has before and
/// after it covers every routing position once: its position is always a stream cut.
class segment_frontier {
 public:
  struct step {
    std::vector<segment_id> gone;
    /// Sorted; empty at the end of a sealed stream.
    std::vector<segment_id> next;
  };

  /// `of` is read to its end and has these successors. Nothing (an empty `gone`) while other
  /// predecessors of its successors, or of theirs in turn, are not read.
  [[nodiscard]] step on_read(segment_id of,
                             const std::vector<controller::successor>& successors);
  /// Segments that are read and wait for others.
  [[nodiscard]] std::size_t waiting() const noexcept { return read_.size(); }

 private:
  std::map<segment_id, std::vector<controller::successor>> read_;
};

}  // namespace pravega_actor
