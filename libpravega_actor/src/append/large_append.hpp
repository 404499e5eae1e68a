// How one large event gets into its segment: in parts, through a segment of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "append/append_block.hpp"
#include "pravega_actor/result.hpp"
#include "requests/reply_check.hpp"
#include "wire/commands.hpp"

namespace pravega_actor::internal {

/// Pure. Creates a transient segment, stores the event in it, part by part, and merges it into
/// the event's segment. The merge also stores the event's number as the last one of the writer,
/// on condition that the number before it is the last one: so an event is merged once, however
/// often it is begun, and SetupAppend tells whether it was.
///
/// All of it is on one session, whose end deletes the transient segment. After the merge the
/// store's idea of the writer is old: SetupAppend renews it, before anything but another merge.
class large_append {
 public:
  enum class step : std::uint8_t {
    /// CreateTransientSegment.
    creating,
    /// SetupAppend to the transient segment.
    setting_up,
    /// ConditionalBlockEnd for each part.
    storing,
    /// MergeSegments.
    merging,
    /// SetupAppend to the segment.
    renewing,
    /// Nothing is left to do, or the store has refused a step.
    over
  };
  /// Where the event belongs.
  struct target {
    std::string segment;
    std::string token;
    uuid writer_id;
    /// Unlike those of the other events that are under way.
    std::int64_t request_id = 0;
    /// The writer's last number in the segment; null_attribute_value: it has none there. Not
    /// known yet: see `may_merge`.
    std::optional<std::int64_t> stored;
    /// Tells the writers of parts apart of events that are under way together.
    std::uint64_t slot = 0;
  };
  struct part_limits {
    std::size_t bytes = 1;
    std::size_t in_flight_max = 1;
  };

  /// `event`: a sealed block with a large event.
  large_append(target to, std::shared_ptr<const append_block> event, const part_limits& parts);

  /// The event before is merged: `stored` is the writer's last number in the segment.
  void may_merge(std::int64_t stored) noexcept { merges_behind_ = stored; }

  /// Whether a frame is to be sent now.
  [[nodiscard]] bool has_frame() const noexcept;
  /// Whether a frame was sent that is not answered.
  [[nodiscard]] bool awaits_answer() const noexcept { return owed() > 0; }
  /// Answers that the store owes.
  [[nodiscard]] std::size_t owed() const noexcept;
  /// That frame, whose parts keep the event alive. Without memory nothing has changed. Empty:
  /// it cannot be encoded.
  [[nodiscard]] std::vector<shared_bytes> next_frame();

  /// What an answer means; the steps go on by themselves.
  enum class answer : std::uint8_t { progress, merged, renewed };
  /// Error: what the store refused with, or an answer that cannot be; it is over then.
  /// `segment_sealed` is about the event's segment, and so is `segment_not_found`.
  [[nodiscard]] result<answer> on_reply(const wire::frame& reply);

  [[nodiscard]] step at() const noexcept { return step_; }
  [[nodiscard]] std::int64_t request_id() const noexcept { return to_.request_id; }
  /// All parts have been sent.
  [[nodiscard]] bool all_sent() const noexcept { return parts_sent_ == parts_; }
  [[nodiscard]] std::int64_t number() const noexcept { return number_; }
  /// The store has said that it did not merge.
  [[nodiscard]] bool merge_refused() const noexcept { return merge_refused_; }
  /// What the store owes, in words.
  [[nodiscard]] std::string owed_text() const;

 private:
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t begin_of(std::int64_t part) const noexcept {
    return static_cast<std::size_t>(part) * limits_.bytes;
  }
  [[nodiscard]] std::vector<shared_bytes> part_frame(std::int64_t part) const;
  [[nodiscard]] wire::merge_segments merge() const;
  [[nodiscard]] expected_reply expected() const noexcept;
  [[nodiscard]] result<answer> next_step(const wire::frame& reply);
  [[nodiscard]] result<answer> on_created(const wire::frame& reply);
  [[nodiscard]] result<answer> on_set_up(const wire::frame& reply);
  [[nodiscard]] result<answer> on_stored(const wire::frame& reply);
  [[nodiscard]] result<answer> on_merged(const wire::frame& reply);
  [[nodiscard]] result<answer> on_renewed(const wire::frame& reply);
  [[nodiscard]] error meant_by(error refusal) const;
  void go_to(step next) noexcept;

  const target to_;
  /// The writer of the parts: one id cannot write to two segments of a connection.
  const uuid part_writer_;
  /// Until it is merged.
  std::shared_ptr<const append_block> event_;
  const std::int64_t number_;
  const std::size_t bytes_;
  const part_limits limits_;
  const std::int64_t parts_;
  std::string transient_;
  step step_ = step::creating;
  /// The request of the step is sent, if it is not `storing`.
  bool asked_ = false;
  bool merge_refused_ = false;
  std::optional<std::int64_t> merges_behind_;
  std::int64_t parts_sent_ = 0;
  std::int64_t parts_stored_ = 0;
};

/// "creating", "setting up", "storing", ...
[[nodiscard]] std::string_view to_string(large_append::step of) noexcept;

}  // namespace pravega_actor::internal
