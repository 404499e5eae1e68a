// What a reader of a group does next: join, take segments, read, checkpoint, give back, leave.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "group/group_decisions.hpp"
#include "group/group_state.hpp"
#include "pravega_actor/error.hpp"
#include "pravega_actor/event_slice.hpp"
#include "pravega_actor/position.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// A pure machine for one membership of one reader. The caller reports what happened, then asks
/// `step` what to do. There is one action for the synchronizer at a time; its answer comes
/// before the next.
///
/// The machine holds the reader's released position: what the application has processed. Only
/// that position enters the group's state, so no event is lost if the reader dies. A segment
/// goes back to the group only when all that was handed out of it is released, so no living
/// reader's event is handed out twice.
class member_machine {
 public:
  struct setup {
    std::string reader;
    /// How long a new reader leaves segments to others.
    duration initial_delay{0};
    /// Give segments back also without a checkpoint before.
    bool releases_between_checkpoints = false;
    /// How long errors that retrying may mend are borne.
    duration recovery_timeout{0};
    /// Take other readers offline that report nothing for so long; 0: never.
    duration lease{0};
  };
  /// Time and random bits of one step.
  struct moment {
    time_point now{};
    std::int64_t wall_clock_ms = 0;
    /// From [0, 1).
    double random = 0.0;
    /// For a new checkpoint.
    uuid fresh;
  };
  /// A state and what was written to its log since the last compaction.
  struct seen_state {
    std::shared_ptr<const group_state> state;
    std::uint64_t bytes_since_compaction = 0;
  };
  using successors = std::map<group_segment, std::set<std::int64_t>>;

  // To the synchronizer; one at a time.
  /// Answered by `on_fetched`.
  struct fetch {};
  /// Write under the condition that the state is the newest one. Answered by `on_proposed`.
  struct propose {
    std::vector<group_update> updates;
  };
  /// Write in any case. Answered by `on_appended`.
  struct append {
    std::vector<group_update> updates;
  };
  /// Write a new beginning, under the condition that the state is the newest one. Answered by
  /// `on_proposed`.
  struct reset {
    group_init to;
  };
  /// Answered by `on_compacted`.
  struct compact {};

  // To the others, at any time.
  /// Read a segment from `offset` to its end or to `end`.
  struct begin_segment {
    segment of;
    std::int64_t offset = 0;
    std::optional<std::int64_t> end;
  };
  /// Hand out nothing more of it. Answered by `on_stopped`, at once.
  struct stop_segment {
    segment of;
  };
  /// Answered by `on_successors`.
  struct ask_successors {
    segment of;
  };
  /// There is another `checkpoint_to_deliver`.
  struct offer_checkpoint {};
  /// Tell the controller how far the group has read. Answered by `on_published`.
  struct publish_cuts {
    std::map<scoped_stream, stream_cut> cuts;
    std::int64_t generation = 0;
    uuid group;
  };
  /// Ask the controller whether a reset was begun and not finished. Answered by `on_config`.
  struct ask_config {};
  /// Step again at this time, if not before.
  struct wake {
    time_point at{};
  };
  /// The whole group has read everything. The reader stays a member until `leave`.
  struct finish {};
  /// Hand out nothing more: the membership fails. The machine leaves the group; then `end`
  /// follows.
  struct stop_reading {
    error why;
  };
  /// The membership is over.
  struct end {
    result<void> outcome;
  };
  using action = std::variant<fetch, propose, append, reset, compact, begin_segment,
                              stop_segment, ask_successors, offer_checkpoint, publish_cuts,
                              ask_config, wake, finish, stop_reading, end>;
  using actions = std::vector<action>;
  /// The actor whose machine it is, for fault plans.
  static constexpr std::string_view actor = "event_reader";

  member_machine() = default;
  explicit member_machine(setup what) : setup_{std::move(what)} {}

  /// Takes the place of a reader that has died, only to leave the group at these positions.
  void bury(const segment_offsets& positions);

  /// What to do now.
  [[nodiscard]] actions step(const moment& at);

  // Answers:
  void on_fetched(result<seen_state> got, const moment& at);
  /// `accepted`: the state that follows from the proposal; else the newer state that made it
  /// outdated.
  void on_proposed(bool accepted, seen_state now, const moment& at);
  void on_proposal_failed(const error& why, const moment& at);
  void on_appended(const result<void>& outcome, const moment& at);
  void on_compacted(const result<void>& outcome);
  /// `handed_out`: the offset behind what was handed out.
  void on_stopped(const segment& of, std::int64_t handed_out);
  void on_successors(const segment& of, result<successors> found);
  void on_published(const result<void>& outcome, const moment& at);
  /// The configuration that the controller has, with the segments to begin with.
  void on_config(result<group_init> got);

  // From reading and from the application:
  /// The end of a segment was handed out.
  void on_end_delivered(const segment& of);
  /// Everything before `offset` is processed. True: a step may be due.
  [[nodiscard]] bool on_released(const segment& of, std::int64_t offset);
  /// The end of a segment is processed.
  void on_end_released(const segment_end& at);
  /// The checkpoint that the application gets next.
  [[nodiscard]] std::optional<std::string> checkpoint_to_deliver() const;
  void on_checkpoint_delivered(const std::string& name) { delivered_ = name; }
  /// The checkpoint that the application has and has not released, or "".
  [[nodiscard]] std::string delivered_checkpoint() const { return delivered_.value_or(""); }
  /// The application has processed everything before the checkpoint.
  void on_checkpoint_released(const std::string& name);
  /// Back to the group with what is not processed: everything before `offset` is.
  [[nodiscard]] result<void> give_back(const segment& of, std::int64_t offset);
  /// End the membership; the group continues at the released position. What is released later
  /// has no effect.
  void leave() noexcept { leaving_ = true; }
  [[nodiscard]] bool is_leaving() const noexcept { return leaving_; }

  /// The group's state as the reader knows it; null before the first.
  [[nodiscard]] const std::shared_ptr<const group_state>& state() const noexcept {
    return state_;
  }
  [[nodiscard]] bool is_member() const noexcept { return life_ == life::member; }
  /// After `end`: whether the group does not count the reader as a member.
  [[nodiscard]] bool has_left() const noexcept { return has_left_; }
  /// The released position of each segment; -1: its end is processed.
  [[nodiscard]] segment_offsets positions() const;
  /// The same with the ranges of the segments.
  [[nodiscard]] position released() const;

 private:
  enum class life : std::uint8_t { outside, member, ended };
  enum class waits : std::uint8_t {
    for_nothing,
    for_state,
    for_joining,
    for_leaving,
    for_confirmation,
    for_checkpoint,
    for_completion,
    for_giving_back,
    for_acquisition,
    for_reset,
    for_burial,
    for_append,
    for_compaction,
  };
  enum class phase : std::uint8_t {
    /// It is read.
    reading,
    /// Nothing more is handed out; what was is not all processed.
    draining,
    /// All that was handed out is processed; it can go back.
    drained,
    /// Its end was handed out.
    at_end,
    /// Its end is processed; the successors are being asked for.
    ended,
    /// The successors are known.
    complete,
  };
  struct held {
    group_segment at;
    phase now = phase::reading;
    std::int64_t released = 0;
    /// While it drains.
    std::int64_t handed_out = 0;
    /// The application gave it back.
    bool given_back = false;
    successors next;
  };
  /// What another reader reported last, and since when.
  struct sign_of_life {
    std::int64_t distance_ms = 0;
    std::size_t segments = 0;
    time_point since{};
  };
  struct confirmation_due {
    std::string checkpoint;
    segment_offsets positions;
  };

  void take(seen_state now, const moment& at);
  void watch_others(const moment& at);
  [[nodiscard]] bool bury_silent(const moment& at);
  void fail(const error& why);
  void end_now(const result<void>& outcome);
  void ask_for_state();
  void bear(const error& why, const moment& at);
  [[nodiscard]] bool assigned_as_held() const;
  void on_accepted(waits what, const moment& at);
  void on_joined(const moment& at);
  void hold_acquired();
  void hold(const group_segment& at, std::int64_t offset);
  void drop(phase now);
  void drain(const segment& of, held& what);
  void begin_to_give_back(const moment& at);
  void go_on_with_kept(const moment& at);
  [[nodiscard]] bool decide(const moment& at);
  [[nodiscard]] bool join();
  [[nodiscard]] bool confirm();
  [[nodiscard]] bool complete_segments();
  [[nodiscard]] bool give_back_drained(const moment& at);
  [[nodiscard]] bool acquire(const moment& at);
  [[nodiscard]] bool checkpoint(const moment& at);
  [[nodiscard]] bool append_due(const moment& at);
  void look_aside(const moment& at);
  [[nodiscard]] bool write(waits what, std::vector<group_update> updates);
  [[nodiscard]] std::int64_t distance(const moment& at) const;

  setup setup_;
  life life_ = life::outside;
  waits waits_ = waits::for_nothing;
  std::shared_ptr<const group_state> state_;
  std::uint64_t bytes_since_compaction_ = 0;
  bool may_compact_ = false;
  std::optional<group_decisions> decisions_;
  std::map<segment, held> held_;
  std::map<std::string, sign_of_life> others_;
  /// What the last proposal acquires, or gives back, or completes.
  std::vector<segment> proposed_;
  std::string proposed_checkpoint_;
  /// The checkpoint that the application has and has not released.
  std::optional<std::string> delivered_;
  std::optional<std::string> offered_;
  std::optional<confirmation_due> confirmation_;
  std::optional<group_init> reset_;
  bool asking_config_ = false;
  bool publishing_ = false;
  /// The positions that the controller has got, and whether the group does not know of it yet.
  segment_offsets published_;
  segment_offsets publishing_positions_;
  bool report_published_ = false;
  time_point publish_again_{};
  bool leaving_ = false;
  /// A write of this member may still arrive, until another one follows it in the log.
  bool in_doubt_ = false;
  /// Why the membership fails, while the member leaves the group.
  std::optional<error> failure_;
  bool finished_ = false;
  bool has_read_ = false;
  bool has_left_ = true;
  /// Since when errors are borne, and when to try again.
  std::optional<time_point> trouble_since_;
  time_point try_again_{};
  actions todo_;
};

}  // namespace pravega_actor::internal
