// Which events of a writer are durable, and up to which one all of them are.
#pragma once

#include <cstdint>
#include <vector>

#include "pravega_actor/event_writer.hpp"

namespace pravega_actor::internal {

/// Events become durable per segment, but complete in the order of writing. One bit for each
/// event behind the first that is not durable, in a ring that grows as needed; the writer's
/// limit of outstanding events bounds it. Pure.
class completion_tracker {
 public:
  /// Takes the memory for tickets up to this one, which lies beyond `through()`: marking needs
  /// none.
  void reserve(event_ticket last) {
    if (words_until(last) > ring_.size()) grow(last);
  }
  /// Event `ticket`, for which there is memory, is durable. Tickets begin with 1; marking twice
  /// has no effect.
  void mark(event_ticket ticket) noexcept;
  /// Events `first` to `last` are durable.
  void mark_range(event_ticket first, event_ticket last) noexcept;
  [[nodiscard]] bool marked(event_ticket ticket) const noexcept;
  /// Every event up to this one is durable.
  [[nodiscard]] event_ticket through() const noexcept { return through_; }

 private:
  static constexpr std::size_t bits = 64;
  /// The ring covers the words from that of `through_` + 1 to that of the last ticket.
  [[nodiscard]] std::size_t words_until(event_ticket last) const noexcept {
    return static_cast<std::size_t>(last / bits - (through_ + 1) / bits + 1);
  }
  void grow(event_ticket last);
  void advance() noexcept;
  [[nodiscard]] std::size_t slot(event_ticket ticket) const noexcept {
    return static_cast<std::size_t>(ticket / bits) & (ring_.size() - 1);
  }

  event_ticket through_ = 0;
  /// The highest ticket marked beyond `through_`.
  event_ticket highest_ = 0;
  std::vector<std::uint64_t> ring_ = std::vector<std::uint64_t>(64);
};

}  // namespace pravega_actor::internal
