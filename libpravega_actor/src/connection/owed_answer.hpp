// Since when a peer owes an answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

/// The first thing that was said to a peer since something was last heard from it.
struct debt {
  time_point since;
  /// How many bytes of the connection must have arrived before the peer can answer.
  std::uint64_t end_bytes = 0;
};

/// Any thread may say, hear and ask; a word that crosses with an answer counts as answered.
class owed_answer {
 public:
  /// Whether nothing was owed yet; only then `clock` is read.
  template <class Clock>
  bool said(const Clock& clock, std::uint64_t end_bytes) {
    if (since_.load(std::memory_order_relaxed) != nothing) return false;
    end_bytes_.store(end_bytes, std::memory_order_relaxed);
    since_.store(clock().time_since_epoch().count(), std::memory_order_release);
    return true;
  }
  /// The word that began it lies behind others: it ends later than was thought.
  void ends_at(std::uint64_t end_bytes) noexcept {
    end_bytes_.store(end_bytes, std::memory_order_relaxed);
  }
  void heard() noexcept { since_.store(nothing, std::memory_order_relaxed); }
  [[nodiscard]] std::optional<debt> owed() const noexcept {
    const auto since = since_.load(std::memory_order_acquire);
    if (since == nothing) return std::nullopt;
    return debt{time_point{duration{since}}, end_bytes_.load(std::memory_order_relaxed)};
  }

 private:
  static constexpr duration::rep nothing = duration::min().count();
  std::atomic<duration::rep> since_{nothing};
  std::atomic<std::uint64_t> end_bytes_{0};
};

}  // namespace pravega_actor::internal
