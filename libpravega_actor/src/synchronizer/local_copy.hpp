// The local copy of a replicated state and its place in the log.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "pravega_actor/replica.hpp"
#include "pravega_actor/revision.hpp"

namespace pravega_actor::internal {

/// Pure. Takes the entries of the log in their order, each once.
class local_copy {
 public:
  explicit local_copy(std::unique_ptr<replica> of) : replica_{std::move(of)} {}

  [[nodiscard]] bool has_state() const noexcept { return whole_begin_.has_value(); }
  /// Of the state; without one, where the log ended when it was read.
  [[nodiscard]] revision at() const noexcept { return at_; }
  /// Bytes from the begin of the log's last whole state to the copy's place.
  [[nodiscard]] std::int64_t bytes_since_compaction() const noexcept {
    return whole_begin_ ? at_.offset - *whole_begin_ : 0;
  }
  [[nodiscard]] std::shared_ptr<const void> snapshot() {
    return has_state() ? replica_->state() : nullptr;
  }

  /// Reading begins anew: entries do not count until one holds a whole state.
  void begin_again() noexcept { skipping_ = true; }
  /// Whether entries do not count yet.
  [[nodiscard]] bool is_skipping() const noexcept { return skipping_; }
  /// An entry of the log. What stands before the copy's place is known already. The error names
  /// the entry's offset and the update's index; the copy must not be used any more.
  [[nodiscard]] result<void> take(std::int64_t begin, std::int64_t end, byte_view payload);
  /// The log is read up to here. It moves a copy without a state.
  void reached(std::int64_t end) noexcept {
    if (!has_state()) at_ = {end, 0};
  }

  /// What would come of updates, or of a new state, at the copy's place; then it is written.
  [[nodiscard]] result<void> rehearse(const std::vector<shared_bytes>& updates) {
    return replica_->rehearse(updates);
  }
  [[nodiscard]] result<void> rehearse_initial(byte_view initial) {
    return replica_->rehearse_initial(initial);
  }
  /// The rehearsed updates were written at the copy's place, in an entry that ends at `end`.
  void commit_updates(std::int64_t end, std::size_t count);
  /// The same for a whole state.
  void commit_initial(std::int64_t end);
  /// The copy's own state was written at its place.
  void compacted(std::int64_t end);
  [[nodiscard]] result<std::vector<std::byte>> whole() const { return replica_->whole(); }

 private:
  [[nodiscard]] result<void> take_initial(std::int64_t begin, std::int64_t end, byte_view part);
  void whole_state_at(std::int64_t begin, std::int64_t end);

  std::unique_ptr<replica> replica_;
  revision at_;
  /// Where the last whole state begins, if there is one.
  std::optional<std::int64_t> whole_begin_;
  bool skipping_ = true;
};

}  // namespace pravega_actor::internal
