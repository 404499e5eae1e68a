// The large events of one segment that are under way: filled ahead, merged one by one.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "append/large_append.hpp"

namespace pravega_actor::internal {

/// Pure. While an event waits for its last parts and its merge, the next ones are stored
/// already, each in a transient segment of its own. Parts leave in the order of the events, and
/// all of them together are limited. An event is merged when the one before it is: so their
/// order is that of the log, and at most one merge is in doubt.
///
/// The state of the writer is renewed (see `large_append`) only when no large event follows.
class large_appends {
 public:
  using answer = large_append::answer;
  /// Events under way at a time: enough for a store to have parts at each moment.
  static constexpr std::size_t under_way_max = 4;

  /// Whether another one may begin: none is under way, or the last stores its parts.
  [[nodiscard]] bool takes_next() const noexcept;
  /// `to.stored` is the writer's last number in the segment when nothing else is under way. The
  /// request id and the slot are chosen here, from `to.request_id` on.
  void begin(large_append::target to, std::shared_ptr<const append_block> event,
             const large_append::part_limits& parts);
  [[nodiscard]] bool empty() const noexcept { return under_way_.empty(); }
  /// Forgets them all: their session has ended.
  void clear() noexcept;

  [[nodiscard]] bool has_frame() const noexcept { return next() != nullptr; }
  /// Whether that frame is the merge of the first event.
  [[nodiscard]] bool merges_next() const noexcept;
  /// As `large_append::next_frame`.
  [[nodiscard]] std::vector<shared_bytes> next_frame();
  [[nodiscard]] bool awaits_answer() const noexcept;
  [[nodiscard]] std::string owed_text() const;

  /// As `large_append::on_reply`; nothing more is sent after an error. `merged` is about the
  /// first event, whose number is `merged_through` then. `another_follows`: behind those under
  /// way.
  [[nodiscard]] result<answer> on_reply(const wire::frame& reply, bool another_follows);
  [[nodiscard]] std::int64_t merged_through() const noexcept { return merged_through_; }
  /// The store has said that it did not merge the first event.
  [[nodiscard]] bool merge_refused() const noexcept {
    return !under_way_.empty() && under_way_.front()->merge_refused();
  }

 private:
  [[nodiscard]] large_append* next() const noexcept;
  [[nodiscard]] std::size_t parts_owed() const noexcept;
  [[nodiscard]] large_append& of(const wire::frame& reply) noexcept;
  void end_first(std::int64_t stored) noexcept;

  std::deque<std::unique_ptr<large_append>> under_way_;
  std::size_t parts_in_flight_max_ = 1;
  std::uint64_t begun_ = 0;
  std::int64_t merged_through_ = 0;
  bool refused_ = false;
};

}  // namespace pravega_actor::internal
