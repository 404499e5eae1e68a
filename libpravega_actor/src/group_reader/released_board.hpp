// What a reader of a group has released, where its actor's death does not reach it.
#pragma once

#include <cstdint>
#include <mutex>

#include "group/group_types.hpp"

namespace pravega_actor::internal {

/// Thread-safe. The reader's actor writes it; the actor above it reads it once the reader has
/// died.
class released_board {
 public:
  /// The segments that the reader holds from now on.
  void set_all(segment_offsets positions) {
    const std::lock_guard held{mutex_};
    positions_ = std::move(positions);
  }
  void set(const segment& of, std::int64_t offset) {
    const std::lock_guard held{mutex_};
    positions_[of] = offset;
  }
  /// Whether the group may count the reader as a member.
  void set_member(bool is) {
    const std::lock_guard held{mutex_};
    member_ = is;
  }
  [[nodiscard]] bool member() const {
    const std::lock_guard held{mutex_};
    return member_;
  }
  [[nodiscard]] segment_offsets get() const {
    const std::lock_guard held{mutex_};
    return positions_;
  }

 private:
  mutable std::mutex mutex_;
  segment_offsets positions_;
  bool member_ = false;
};

}  // namespace pravega_actor::internal
