// When a reader of a group looks at the state, takes and gives back segments, and checkpoints.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// The decisions of one reader: a pure machine without clock and random bits. It holds timers
/// and the phase; each decision looks at the state that it is given. The caller fetches, writes
/// what group_shares.hpp computes, and reports back. The caller asks before each event, and
/// when there is none at least every `group_times::unit`. Not thread-safe.
class group_decisions {
 public:
  /// Why the reader may not decide something now.
  enum class phase : std::uint8_t {
    /// Events are delivered.
    reading,
    /// `may_acquire` or `may_release` said yes; `on_rebalanced` ends it.
    rebalancing,
    /// A checkpoint was handed to the application, whose next call confirms it.
    at_checkpoint,
    /// The application has just processed all it was given: a segment may be given back.
    after_checkpoint,
  };
  /// What a reader does before it reads on.
  enum class step : std::uint8_t {
    /// It was declared dead, or the group was reset: it must start again.
    reader_is_offline,
    /// Write group_shares' `confirmation` at once and ask again: the checkpoint is silent.
    confirm_silently,
    /// Hand `checkpoint()` to the application.
    deliver_checkpoint,
    /// Write `automatic_checkpoint`, then report `on_checkpoint_created`.
    create_checkpoint,
    /// Nothing is owed.
    read,
  };

  /// A reader that begins now. `delay` is how long it leaves segments to others, from zero;
  /// `random` from [0, 1) spreads readers that begin together.
  group_decisions(std::string reader, const reader_group_config& settings, time_point now,
                  duration delay = {}, double random = 0.0);

  [[nodiscard]] const std::string& reader() const noexcept { return reader_; }
  [[nodiscard]] phase now_in() const noexcept { return phase_; }
  /// The checkpoint that is delivered or to be confirmed; empty if there is none.
  [[nodiscard]] const std::string& checkpoint() const noexcept { return checkpoint_; }

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

  /// The next step with regard to checkpoints. A delivered one ends the phase `reading`.
  [[nodiscard]] step next_step(const group_state& state, time_point now);
  void on_checkpoint_created(const group_state& state, time_point now);
  /// The application asked for the next event: it has processed all before the checkpoint. True
  /// if the reader still owes the checkpoint and must confirm it; the phase is then
  /// `after_checkpoint`, else `reading`.
  [[nodiscard]] bool on_checkpoint_processed(const group_state& state);

  /// Whether the reader should take segments now. If so, the phase is `rebalancing`.
  [[nodiscard]] bool may_acquire(const group_state& state, time_point now);
  /// The segment that the reader should give back now; only `after_checkpoint`, once the
  /// confirmation is written. The phase is then `rebalancing` if there is one, else `reading`.
  [[nodiscard]] std::optional<group_segment> may_release(const group_state& state,
                                                         time_point now);
  /// The write was done, was not needed any more, or failed.
  void on_rebalanced(const group_state& state, time_point now);
  /// A completed segment may have made others readable.
  void on_segment_completed(time_point now) { timers_[acquire] = now; }

  /// Whether to report the distance to the tail; not while segments change hands.
  [[nodiscard]] bool should_report_distance(time_point now) const;
  void on_distance_reported(const group_state& state, time_point now);

 private:
  enum timer : std::uint8_t { fetch, acquire, release, checkpoint_due, lag, config, timers };
  [[nodiscard]] bool is_over(timer which, time_point now) const {
    return now >= timers_[which];
  }
  void restart_checkpoints(const group_state& state, time_point now);
  [[nodiscard]] duration lag_time(const group_state& state) const;

  std::string reader_;
  std::array<time_point, timers> timers_{};
  phase phase_ = phase::reading;
  std::string checkpoint_;
};

}  // namespace pravega_actor::internal
