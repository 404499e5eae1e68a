// Whose turn it is among the segments of a reader, and what all of them may hold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "read/read_flow.hpp"
#include "reader/read_budget.hpp"

namespace pravega_actor::internal {

/// Pure. Segments that have something to hand out take turns; all of them share one
/// `read_budget`. Segments come and go, and may belong to several streams: they are named by
/// numbers.
class ready_queue {
 public:
  using source = read_budget::source;

  /// `bytes_max`: see limits::reader_bytes_max.
  explicit ready_queue(std::size_t bytes_max) : budget_{bytes_max} {}

  /// Makes place for one more segment; nothing else takes memory. May throw std::bad_alloc.
  void add() {
    turns_.reserve(sources_ + 1);
    budget_.reserve(sources_ + 1);
    ++sources_;
  }
  /// A segment is read, or taken away. What it counted has been accounted for.
  void remove(source which) noexcept {
    std::erase(turns_, which);
    budget_.forget(which);
    --sources_;
  }
  /// Takes over what changed in a segment.
  void account(source of, const read_flow::changes& what) noexcept {
    budget_.add_waiting(what.waiting);
    budget_.take_waiting(what.dropped);
    budget_.answered(what.answered_bytes);
    if (what.event_bytes > 0) budget_.end(what.event_bytes);
    if (what.event_withdrawn) budget_.forget(of);
    if (what.ready) turns_.push_back(of);
  }

  /// The segment whose turn it is, if one has something to hand out.
  [[nodiscard]] std::optional<source> next() const noexcept {
    return turns_.empty() ? std::nullopt : std::optional{turns_.front()};
  }
  /// `next()` has handed out something of this cost; does more wait in it?
  void pass_on(std::size_t cost, bool more_waits) noexcept {
    budget_.take_waiting(cost);
    std::rotate(turns_.begin(), turns_.begin() + 1, turns_.end());
    if (!more_waits) turns_.pop_back();
  }
  /// Nothing is handed out any more.
  void clear() noexcept { turns_.clear(); }

  // See `read_budget`:
  [[nodiscard]] std::size_t ask(source of, std::size_t wanted, bool something_waits) noexcept {
    return budget_.ask(of, wanted, something_waits);
  }
  [[nodiscard]] std::size_t ask_for_event(std::size_t wanted) noexcept {
    return budget_.ask_for_event(wanted);
  }
  [[nodiscard]] bool begin(const read_budget::event& what) noexcept {
    return budget_.begin(what);
  }
  [[nodiscard]] std::optional<read_budget::event> next_event() noexcept {
    return budget_.next_event();
  }
  [[nodiscard]] std::optional<source> next_refused() noexcept { return budget_.next_refused(); }
  /// `next_event` named a segment that is gone.
  void end_event(std::size_t bytes) noexcept { budget_.end(bytes); }
  [[nodiscard]] std::size_t bytes_held() const noexcept { return budget_.held(); }

 private:
  std::size_t sources_ = 0;
  /// Segments with something to hand out, the next one first.
  std::vector<source> turns_;
  read_budget budget_;
};

}  // namespace pravega_actor::internal
