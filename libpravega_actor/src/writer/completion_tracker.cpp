#include "writer/completion_tracker.hpp"

#include <algorithm>
#include <bit>

namespace pravega_actor::internal {

namespace {

constexpr std::uint64_t bit_of(event_ticket ticket) {
  return 1ULL << (ticket % 64);
}

}  // namespace

void completion_tracker::grow(event_ticket last) {
  std::vector<std::uint64_t> larger(std::bit_ceil(words_until(last)));
  for (auto word = (through_ + 1) / bits; word <= highest_ / bits && highest_ > through_;
       ++word)
    larger[static_cast<std::size_t>(word) & (larger.size() - 1)] =
        ring_[static_cast<std::size_t>(word) & (ring_.size() - 1)];
  ring_ = std::move(larger);
}

void completion_tracker::mark(event_ticket ticket) noexcept {
  if (ticket <= through_) return;
  if (ticket == through_ + 1 && highest_ <= through_) {
    through_ = highest_ = ticket;
    return;
  }
  ring_[slot(ticket)] |= bit_of(ticket);
  highest_ = std::max(highest_, ticket);
  if (ticket == through_ + 1) advance();
}

void completion_tracker::mark_range(event_ticket first, event_ticket last) noexcept {
  if (last <= through_) return;
  if (first <= through_ + 1 && highest_ <= last) {
    // Nothing is known beyond the range: no bits are needed, and old ones are void.
    for (auto word = (through_ + 1) / bits; word <= highest_ / bits && highest_ > through_;
         ++word)
      ring_[slot(word * bits)] = 0;
    through_ = highest_ = last;
    return;
  }
  for (auto ticket = std::max(first, through_ + 1); ticket <= last; ++ticket)
    mark(ticket);
}

// Moves `through_` over all marked bits and clears them.
void completion_tracker::advance() noexcept {
  while (through_ < highest_) {
    const auto next = through_ + 1;
    auto& word = ring_[slot(next)];
    const auto run = static_cast<event_ticket>(std::countr_one(word >> (next % bits)));
    if (run == 0) return;
    const auto mask = run >= bits ? ~0ULL : ((1ULL << run) - 1) << (next % bits);
    word &= ~mask;
    through_ += run;
  }
}

bool completion_tracker::marked(event_ticket ticket) const noexcept {
  if (ticket <= through_) return true;
  if (ticket > highest_) return false;
  return (ring_[slot(ticket)] & bit_of(ticket)) != 0;
}

}  // namespace pravega_actor::internal
