// How the events of a writer with a name are numbered at the store.
#pragma once

#include <cstdint>
#include <deque>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

/// What a store holds for a writer with a name in one segment, as one attribute: the number of
/// the last event that it has stored there, and the claim of the process that may write on.
/// Each claim differs from the one before it, so it fences every block of an earlier process:
/// a store appends a block only if the attribute still has the value that it gave out.
struct claimed_number {
  static constexpr int claim_bits = 16;
  static constexpr std::int64_t claim_mask = (std::int64_t{1} << claim_bits) - 1;

  /// 0: no event.
  std::int64_t number = 0;
  std::int64_t claim = 0;

  [[nodiscard]] static constexpr claimed_number of(std::int64_t value) noexcept {
    return {value >> claim_bits, value & claim_mask};
  }
  [[nodiscard]] constexpr std::int64_t value() const noexcept {
    return number << claim_bits | claim;
  }
  [[nodiscard]] constexpr claimed_number next_claim() const noexcept {
    return {number, (claim + 1) & claim_mask};
  }
};

static_assert(limits::event_number_max ==
              (std::int64_t{1} << (63 - claimed_number::claim_bits)) - 1);

/// The numbers that the application gave its events, by ticket; both grow. Events that are
/// numbered one after the other take no memory. Pure; the writer's lock guards it.
class event_numbers {
 public:
  /// `ticket` is larger than those before it, and so is `number`.
  void add(std::uint64_t ticket, std::int64_t number) {
    const bool follows =
        !runs_.empty() &&
        runs_.back().number + static_cast<std::int64_t>(ticket - runs_.back().first) == number;
    if (!follows) runs_.push_back({ticket, number});
  }
  /// Takes back all behind this ticket.
  void drop_behind(std::uint64_t ticket) noexcept {
    while (!runs_.empty() && runs_.back().first > ticket)
      runs_.pop_back();
  }
  /// Nobody asks for this ticket and those before it any more.
  void forget_through(std::uint64_t ticket) noexcept {
    while (runs_.size() > 1 && runs_[1].first <= ticket + 1)
      runs_.pop_front();
  }
  /// Of a ticket that was added and not forgotten.
  [[nodiscard]] std::int64_t of(std::uint64_t ticket) const noexcept;
  /// The entries that it holds.
  [[nodiscard]] std::size_t runs() const noexcept { return runs_.size(); }

 private:
  struct run {
    std::uint64_t first = 0;
    std::int64_t number = 0;
  };
  std::deque<run> runs_;
};

}  // namespace pravega_actor::internal
