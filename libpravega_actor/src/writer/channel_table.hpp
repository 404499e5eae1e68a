// The segments that a writer writes to, and those that it wrote to before.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "pravega_actor/ports/controller_port.hpp"
#include "writer/event_router.hpp"

namespace pravega_actor::internal {

/// Follows a stream's segments through splits and merges, several generations at once. A
/// segment whose successor was sealed meanwhile hands over to the successor's successors. Not
/// thread-safe: guarded by the write log's mutex.
class channel_table {
 public:
  using channel_pointer = std::shared_ptr<append_channel>;
  using channel_factory = std::function<channel_pointer(segment_id)>;

  channel_table() = default;
  /// One channel for each segment; protocol_violation as in `event_router::make`.
  [[nodiscard]] static result<channel_table> make(
      const std::vector<segment_with_range>& current, channel_factory factory);
  /// From now on a segment is not added before it has its whole range, so that all events that
  /// it takes are there in order: for writers whose numbers must grow in each segment.
  void add_whole_only() noexcept { whole_only_ = true; }

  /// Puts the successors of a sealed segment in its place; returns the channels that are new.
  /// The events in its log are the caller's to move. protocol_violation if the successors do
  /// not cover the segment; nothing has changed then, nor after an exception.
  [[nodiscard]] result<std::vector<channel_pointer>> replace(
      const append_channel& from, const std::vector<controller::successor>& successors);

  /// The same, and moves the events that are left in the segment's log to the logs that take
  /// their positions now, in order. After an exception events may be in both; then nothing may
  /// be added any more. After an error nothing has changed.
  [[nodiscard]] result<std::vector<channel_pointer>> hand_over(
      append_channel& from, const std::vector<controller::successor>& successors)
      PRAVEGA_ACTOR_REQUIRES(append_owner::guard);

  /// Segments that stand in the way of others: those that follow them have not got their whole
  /// range, and are not added before.
  [[nodiscard]] std::vector<channel_pointer> awaited() const;

  [[nodiscard]] append_channel& at(double position) const noexcept {
    return router_.at(position);
  }
  [[nodiscard]] const std::vector<event_router::route>& routes() const noexcept {
    return router_.routes();
  }
  /// The channels in use, by segment.
  [[nodiscard]] const std::map<segment_id, channel_pointer>& channels() const noexcept {
    return channels_;
  }
  /// Sealed segments that are remembered because a predecessor of theirs is still in use.
  [[nodiscard]] std::size_t remembered() const noexcept { return replaced_.size(); }

 private:
  using ranges = std::vector<segment_with_range>;
  void resolve(const segment_with_range& wanted, std::vector<segment_with_range>& out) const;
  [[nodiscard]] bool needed(const segment_id& gone, const ranges& successors) const;
  void forget_old();
  void hold_back(const ranges& direct, const std::map<segment_id, channel_pointer>& fresh);
  [[nodiscard]] bool in_the_way(const event_router::route& route, const segment_id& of,
                                const key_range& range) const;
  void take_whole(std::vector<channel_pointer>& out) noexcept;

  channel_factory factory_;
  event_router router_;
  std::map<segment_id, channel_pointer> channels_;
  /// Sealed segments and their successors.
  std::map<segment_id, ranges> replaced_;
  bool whole_only_ = false;
  /// Segments that are not added yet, with their whole ranges.
  std::map<segment_id, key_range> partial_;
};

}  // namespace pravega_actor::internal
