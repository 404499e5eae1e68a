// When a reader of a group looks at the state, takes and gives back segments, and checkpoints.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "group/group_state.hpp"
#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// The times of Pravega's Java client.
namespace group_times {
/// What one place in the ranking by load is worth.
inline constexpr duration unit = seconds{1};
/// While a decision to take or give back a segment is carried out, no other is made.
inline constexpr duration update_window = seconds{30};
/// Between two looks whether the group's configuration is being changed.
inline constexpr duration config_window = seconds{10};
}  // namespace group_times

/// When one reader may do what: a pure machine without clock and random bits. It holds timers;
/// each decision looks at the state that it is given. The caller fetches, writes what
/// group_shares.hpp computes, and reports back. Not thread-safe.
class group_decisions {
 public:
  /// A reader that begins now. `delay` is how long it leaves segments to others, from zero;
  /// `random` from [0, 1) spreads readers that begin together.
  group_decisions(std::string reader, const reader_group_config& settings, time_point now,
                  duration delay = {}, double random = 0.0);

  [[nodiscard]] const std::string& reader() const noexcept { return reader_; }

  /// Whether the state should be fetched before the next decision.
  [[nodiscard]] bool should_fetch(time_point now) const { return is_over(fetch, now); }
  void on_fetched(const group_state& state, time_point now);
  /// Whether to compact, after a fetch: one reader in twenty does, once 512 KiB were written.
  /// `random` is from [0, 1).
  [[nodiscard]] static bool should_compact(std::uint64_t bytes_since_compaction,
                                           double random) noexcept;

  /// Whether to look for a changed configuration; starts the next wait if so.
  [[nodiscard]] bool should_check_config(time_point now);
  /// Whether the controller's configuration replaces the state's.
  [[nodiscard]] static bool is_config_outdated(const group_state& state,
                                               std::int64_t generation) noexcept;

  /// Whether to begin an automatic checkpoint: none is under way, and the interval is over.
  [[nodiscard]] bool should_create_checkpoint(const group_state& state, time_point now) const;
  /// The reader has begun or seen a checkpoint: the interval starts again.
  void on_checkpoint(const group_state& state, time_point now);

  /// Whether the reader should take segments now: it owes no checkpoint, segments are free, and
  /// its timer is over. If so, it takes and gives nothing until `on_rebalanced`, or until the
  /// update window is over.
  [[nodiscard]] bool may_acquire(const group_state& state, time_point now);
  /// Whether the reader should give segments back now: it owes no checkpoint, carries too much,
  /// and its timer is over. If so, the same holds as for `may_acquire`. Java asks only when the
  /// reader has just confirmed a checkpoint.
  [[nodiscard]] bool may_release(const group_state& state, time_point now);
  /// The write was done, was not needed any more, or failed.
  void on_rebalanced(const group_state& state, time_point now);
  /// Another member was faster than `may_acquire`: try again soon. `random` is from [0, 1).
  void on_outraced(time_point now, double random) noexcept;
  /// There may be segments to take, earlier than expected. The first delay counts all the same.
  void on_segments_freed(time_point now) noexcept;

  /// Whether to report the distance to the tail.
  [[nodiscard]] bool should_report_distance(time_point now) const { return is_over(lag, now); }
  void on_distance_reported(const group_state& state, time_point now);

  /// When the next decision may be due.
  [[nodiscard]] time_point next_due(const group_state& state) const;

 private:
  enum timer : std::uint8_t { fetch, acquire, release, checkpoint_due, lag, config, timers };
  [[nodiscard]] bool is_over(timer which, time_point now) const {
    return now >= timers_[which];
  }
  [[nodiscard]] duration lag_time(const group_state& state) const;

  std::string reader_;
  std::array<time_point, timers> timers_{};
  /// The end of the first delay.
  time_point acquires_from_{};
  /// `may_acquire` or `may_release` said yes.
  bool rebalancing_ = false;
};

}  // namespace pravega_actor::internal
