// Where the reading of a stream stands.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "pravega_actor/names.hpp"

namespace pravega_actor::internal {

/// Pure. The position names, for each segment, the offset behind what is consumed. What is
/// handed out since then changes it with `release`; so does a step to successors.
class reading_position {
 public:
  using offsets = std::map<segment_id, std::int64_t>;
  /// How far a segment was read.
  struct place {
    /// Everything before it is consumed.
    std::int64_t consumed = 0;
    /// Behind what was handed out.
    std::int64_t next = 0;
    friend bool operator==(const place&, const place&) = default;
  };

  /// A segment that is read from `offset` on.
  void begin(segment_id which, std::int64_t offset) { consumed_[which] = offset; }
  /// The segments `gone` make place for `next`, which are read from their beginning. It is one
  /// step, and waits for the release of what is handed out already.
  void advance(const std::vector<segment_id>& gone, const std::vector<segment_id>& next) {
    const bool waits = !handed_out_.empty() || !gone_.empty();
    for (const auto& id : gone) {
      gone_.push_back(id);
      handed_out_.erase(id);
    }
    for (const auto& id : next)
      handed_out_[id] = 0;
    if (!waits) release();
  }
  /// Where the segment stands with what is handed out; to be set once its next item is. Takes
  /// the memory for that, so it comes before the item is taken. Holds until `release`.
  [[nodiscard]] std::int64_t& mark(segment_id which) {
    return handed_out_.try_emplace(which, reached(which)).first->second;
  }
  /// Taking the end of a segment is no step of its own.
  void unmark(segment_id which) noexcept { handed_out_.erase(which); }
  /// What is handed out is consumed.
  void release() {
    for (const auto& id : gone_)
      consumed_.erase(id);
    for (const auto& [id, offset] : handed_out_)
      consumed_[id] = offset;
    gone_.clear();
    handed_out_.clear();
  }
  /// Another reader goes on with the segment, so the position does not name it any more.
  /// Releasing what was handed out of it has no effect then. None: the segment is not in the
  /// position, or its successors take its place already.
  [[nodiscard]] std::optional<place> take_away(segment_id which) noexcept {
    if (std::find(gone_.begin(), gone_.end(), which) != gone_.end()) return std::nullopt;
    const auto consumed = consumed_.find(which);
    const auto handed_out = handed_out_.find(which);
    const bool known = consumed != consumed_.end();
    if (!known && handed_out == handed_out_.end()) return std::nullopt;
    // One that is about to enter is read from its beginning.
    place out{known ? consumed->second : 0, 0};
    out.next = handed_out != handed_out_.end() ? handed_out->second : out.consumed;
    consumed_.erase(which);
    handed_out_.erase(which);
    return out;
  }

  /// With what is handed out. The segment must be in the position or enter it.
  [[nodiscard]] std::int64_t reached(segment_id which) const {
    const auto at = handed_out_.find(which);
    return at != handed_out_.end() ? at->second : consumed_.at(which);
  }
  [[nodiscard]] const offsets& consumed() const noexcept { return consumed_; }

 private:
  offsets consumed_;
  /// What `release` changes: offsets, and segments that are gone.
  offsets handed_out_;
  std::vector<segment_id> gone_;
};

}  // namespace pravega_actor::internal
