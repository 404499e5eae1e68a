// Where streams are truncated by their retention policies.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>

#include "controller/stream_record.hpp"

namespace pravega_sandbox {

/// How far a stream's segments reach.
struct stream_extent {
  /// The active segments and their lengths; empty when the stream is sealed.
  cut_offsets tail;
  /// What was ever written to each segment that exists.
  cut_offsets lengths;
};

/// Between which cuts a stream may be truncated.
struct retention_limits {
  /// The policy allows no later cut; nothing: it allows none yet.
  std::optional<cut_offsets> newest;
  /// The stream must not begin earlier, even for a group that lags; nothing: it may.
  std::optional<cut_offsets> oldest;
};

/// Keeps cuts of streams, one for each judgement, and knows what was written between them by
/// the growth of lengths from one call to the next. No clock.
///
/// As a real controller it truncates only at cuts that it has kept: at the newest behind which
/// there is as much, or from which on as much time has passed, as the policy asks for.
class retention_keeper {
 public:
  static constexpr auto no_limit = std::numeric_limits<std::size_t>::max();

  /// Keeps the stream's tail as a cut, if there is room for so many places. The result is where
  /// to truncate: perhaps where the head is already, or before it. It and all older cuts are
  /// forgotten.
  [[nodiscard]] std::optional<cut_offsets> judge(const scoped_stream& stream,
                                                 const pravega_actor::retention_policy& policy,
                                                 const stream_extent& extent,
                                                 std::int64_t now_ms,
                                                 std::size_t places_free = no_limit);
  /// The same for a stream whose retention waits for reader groups. Only what lies before both
  /// limits is forgotten.
  [[nodiscard]] retention_limits limits(const scoped_stream& stream,
                                        const pravega_actor::retention_policy& policy,
                                        const stream_extent& extent, std::int64_t now_ms,
                                        std::size_t places_free = no_limit);
  void forget(const scoped_stream& stream);
  /// Places of all cuts and lengths that are kept.
  [[nodiscard]] std::size_t places() const noexcept { return places_; }

 private:
  struct kept_cut {
    std::int64_t at_ms = 0;
    /// Written to the stream until here, counted from the first cut on.
    std::int64_t bytes = 0;
    cut_offsets offsets;
  };
  struct kept_stream {
    std::int64_t bytes = 0;
    cut_offsets lengths;
    std::deque<kept_cut> cuts;
  };
  using kept_cuts = std::deque<kept_cut>;
  [[nodiscard]] static std::size_t places_of(const kept_stream& kept) noexcept;
  /// Keeps the stream's tail, if there is room. Null if nothing is kept of the stream.
  [[nodiscard]] kept_stream* keep(const scoped_stream& stream,
                                  const pravega_actor::retention_policy& policy,
                                  const stream_extent& extent, std::int64_t now_ms,
                                  std::size_t places_free);
  /// Forgets the cuts before `end`.
  void forget_before(kept_stream& kept, kept_cuts::const_iterator end);

  std::map<scoped_stream, kept_stream> kept_;
  std::size_t places_ = 0;
};

}  // namespace pravega_sandbox
