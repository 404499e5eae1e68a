#include "writer/ticket_ledger.hpp"

#include "writer/event_outcomes.hpp"

namespace pravega_actor::internal {

void add_ticket(std::vector<undurable_range>& ranges, event_ticket ticket, bool unknown) {
  const bool follows =
      !ranges.empty() && ranges.back().last + 1 == ticket && ranges.back().unknown == unknown;
  if (follows)
    ranges.back().last = ticket;
  else
    ranges.push_back({ticket, ticket, unknown});
}

std::size_t ticket_ledger::mark(const append_block& block) noexcept {
  const auto before = tracker_.through();
  const auto& marks = block.marks();
  if (block.in_sequence()) {
    tracker_.mark_range(marks.front().ticket, marks.back().ticket);
  } else {
    for (const auto& each : marks)
      tracker_.mark(each.ticket);
  }
  return static_cast<std::size_t>(tracker_.through() - before);
}

// Durable is what was acknowledged, and not stored is what a log knows of: all else is unknown.
void ticket_ledger::fail(const error& reason, const std::vector<undurable_range>& unwritten) {
  std::vector<undurable_range> undurable;
  undurable.reserve(1);
  auto at = unwritten.begin();
  for (auto ticket = tracker_.through() + 1; ticket <= last_; ++ticket) {
    while (at != unwritten.end() && at->last < ticket)
      ++at;
    const bool known = at != unwritten.end() && at->first <= ticket;
    if (known || !tracker_.marked(ticket)) add_ticket(undurable, ticket, !known);
  }
  report_.undurable = std::move(undurable);
  failure_ = reason;
}

void ticket_ledger::fail_unknown(const error& reason) noexcept {
  report_.undurable.clear();
  report_.undurable.push_back({tracker_.through() + 1, last_, true});
  failure_ = reason;
}

std::pair<std::uint64_t, result<void>> ticket_ledger::outcome_of(event_ticket first,
                                                                 event_ticket last) const {
  std::pair<std::uint64_t, result<void>> out{last - first + 1, {}};
  if (!failure_) return out;
  out.first = 0;
  const auto now = report();
  event_outcomes outcomes{*failure_, now};
  for (auto ticket = first; ticket <= last; ++ticket) {
    const auto& each = outcomes.of(ticket);
    if (each.durable) ++out.first;
    if (out.second && !each.outcome) out.second = each.outcome;
  }
  return out;
}

close_report ticket_ledger::report() const {
  auto out = report_;
  out.durable_through = through();
  out.last_written = last_;
  if (failure_ && !all_durable()) out.outcome = *failure_;
  return out;
}

const close_report& ticket_ledger::final_report() noexcept {
  report_.durable_through = through();
  report_.last_written = last_;
  if (failure_ && !all_durable()) report_.outcome = *failure_;
  return report_;
}

}  // namespace pravega_actor::internal
