// Where a reader stands in each of its streams.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "pravega_actor/stream_cut.hpp"
#include "reader/reading_position.hpp"

namespace pravega_actor::internal {

/// Pure. A `reading_position` for each stream. Each stream steps to its successors by itself; a
/// release is one for all streams.
class reading_positions {
 public:
  /// Begins with these streams, of which no segment is read yet.
  explicit reading_positions(const std::vector<scoped_stream>& streams) {
    for (const auto& each : streams)
      by_stream_.try_emplace(each);
  }
  /// The position in one stream; a new stream is added.
  [[nodiscard]] reading_position& in(const scoped_stream& which) { return by_stream_[which]; }
  /// What is handed out is consumed, in all streams.
  void release() {
    for (auto& [stream, position] : by_stream_)
      position.release();
  }
  /// See `reading_position::take_away`.
  [[nodiscard]] std::optional<reading_position::place> take_away(
      const segment& which) noexcept {
    const auto at = by_stream_.find(which.stream);
    return at == by_stream_.end() ? std::nullopt : at->second.take_away(which.id);
  }

  /// Of a segment in the position, or about to enter it: behind what is handed out.
  [[nodiscard]] std::int64_t reached(const segment& which) const {
    return by_stream_.at(which.stream).reached(which.id);
  }
  /// What is consumed of one stream; without offsets if it is not read.
  [[nodiscard]] stream_cut consumed(const scoped_stream& which) const {
    const auto at = by_stream_.find(which);
    if (at == by_stream_.end()) return {which, {}};
    return {which, at->second.consumed()};
  }
  /// What is consumed, in the order of the streams' names.
  [[nodiscard]] std::vector<stream_cut> consumed() const {
    std::vector<stream_cut> out;
    for (const auto& [stream, position] : by_stream_)
      out.push_back({stream, position.consumed()});
    return out;
  }

 private:
  std::map<scoped_stream, reading_position> by_stream_;
};

}  // namespace pravega_actor::internal
