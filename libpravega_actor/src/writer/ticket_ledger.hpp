// The tickets of a writer's events, and what became of the events.
#pragma once

#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "append/append_block.hpp"
#include "writer/completion_queue.hpp"
#include "writer/completion_tracker.hpp"

namespace pravega_actor::internal {

/// Pure. Numbers events in the order of writing, keeps their completions, and knows up to which
/// event all are durable. It does not know where the events are stored, so it serves one
/// segment or many, with a hand-over to successors or without.
///
/// What is booked gets its outcome also when there is no memory: only `book` takes some.
class ticket_ledger {
 public:
  /// What `book` did, for `cancel`.
  struct booking {
    event_ticket last_before = 0;
    bool has_completion = false;
  };

  // One range has room always: see `fail_unknown`.
  ticket_ledger() { report_.undurable.reserve(1); }

  /// The ticket of the event that was written last.
  [[nodiscard]] event_ticket last() const noexcept { return last_; }
  /// Every event up to this one is durable.
  [[nodiscard]] event_ticket through() const noexcept { return tracker_.through(); }
  [[nodiscard]] bool all_durable() const noexcept { return through() == last_; }

  /// Gives out the tickets behind `last()` up to this one. `done`, if there is one, is called
  /// for the last of them. None: there is no memory, and nothing has changed.
  [[nodiscard]] std::optional<booking> book(event_ticket last, write_completion&& done) {
    const booking out{last_, done != nullptr};
    try {
      tracker_.reserve(last);
      if (out.has_completion) completions_.add(last, std::move(done));
    } catch (const std::bad_alloc&) {
      return std::nullopt;
    }
    last_ = last;
    return out;
  }
  /// Takes the last booking back: its events could not be stored.
  void cancel(const booking& what) {
    if (what.has_completion) completions_.drop_last();
    last_ = what.last_before;
  }

  /// The events of the block are durable. Returns how many events are complete by that:
  /// durable, as are all before them.
  [[nodiscard]] std::size_t mark(const append_block& block) noexcept;
  /// The same for one event.
  [[nodiscard]] std::size_t mark(event_ticket ticket) noexcept {
    const auto before = tracker_.through();
    tracker_.mark(ticket);
    return static_cast<std::size_t>(tracker_.through() - before);
  }

  /// The writer has failed. Events that are not durable are known not to be stored if
  /// `unwritten`, in ascending order, names them; otherwise their outcome is unknown.
  void fail(const error& reason, const std::vector<undurable_range>& unwritten);
  /// The same without memory: the outcome of all events behind `through()` is unknown.
  void fail_unknown(const error& reason) noexcept;
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }

  /// Moves the completions of all events with a known outcome to `out`, which is empty.
  void take_known(completion_queue::batch& out) noexcept {
    completions_.take_through(failure_ ? last_ : through(), out);
  }
  /// What became of tickets `first` to `last`, whose outcomes are known: how many are durable,
  /// and the first outcome that is not a success.
  [[nodiscard]] std::pair<std::uint64_t, result<void>> outcome_of(event_ticket first,
                                                                  event_ticket last) const;
  /// As things stand.
  [[nodiscard]] close_report report() const;
  /// Once no outcome can change any more. The object stays as it is.
  [[nodiscard]] const close_report& final_report() noexcept;

 private:
  event_ticket last_ = 0;
  completion_tracker tracker_;
  completion_queue completions_;
  std::optional<error> failure_;
  close_report report_;
};

/// Adds a ticket that is not below those in `ranges`; one that follows joins the last range.
void add_ticket(std::vector<undurable_range>& ranges, event_ticket ticket, bool unknown);

}  // namespace pravega_actor::internal
