// A writer's room, and the senders that wait for it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "writer/write_budget.hpp"

namespace pravega_actor::internal {

/// Pure: it calls nobody. Senders get room in the order in which they began to wait; nothing
/// else takes the room that the first one waits to reserve.
class room_queue {
 public:
  struct waiter {
    std::uint64_t number = 0;
    write_room room;
    /// Whether the room is set aside when it is there.
    bool reserves = false;
    std::function<void()> ready;
  };

  /// As for `write_budget`.
  explicit room_queue(const write_room& limits,
                      std::shared_ptr<shared_limit> of_client = nullptr) noexcept
      : budget_{limits, std::move(of_client)} {}
  [[nodiscard]] const write_budget& budget() const noexcept { return budget_; }

  /// Whether `what` has room now; `reserved` is what the sender has set aside, if anything.
  [[nodiscard]] bool fits(const write_room& what, const write_room* reserved) const noexcept {
    const bool alone = reserved == nullptr && waiters_.empty();
    return alone ? budget_.fits(what) : fits_beside(what, reserved);
  }
  /// `what` was written; it comes out of `reserved` first.
  void take(const write_room& what, write_room* reserved) noexcept {
    write_room none;
    budget_.take(what, reserved == nullptr ? none : *reserved);
  }
  /// See `write_budget`.
  void give_back(const write_room& what) noexcept { budget_.give_back(what); }
  void release(const write_room& what) noexcept { budget_.release(what); }
  void clear_bytes() noexcept { budget_.clear_bytes(); }

  /// Moves one in; takes no memory.
  void wait(std::list<waiter>& one) noexcept { waiters_.splice(waiters_.end(), one); }
  /// Moves one that waits no more to `out`, if it is here.
  void forget(std::uint64_t number, std::list<waiter>& out) noexcept {
    const auto at =
        std::find_if(waiters_.begin(), waiters_.end(),
                     [number](const waiter& each) { return each.number == number; });
    if (at != waiters_.end()) out.splice(out.end(), waiters_, at);
  }
  /// Moves the first one to `out` if there is room for it. One in a round: the next one's room
  /// depends on what this one writes.
  void serve(std::list<waiter>& out) noexcept {
    if (waiters_.empty() || !budget_.roomy() || !budget_.fits(waiters_.front().room)) return;
    const auto& first = waiters_.front();
    if (first.reserves) budget_.reserve(first.room);
    out.splice(out.end(), waiters_, waiters_.begin());
  }
  /// Moves all of them to `out`: there will be no room any more.
  void dismiss(std::list<waiter>& out) noexcept { out.splice(out.end(), waiters_); }

 private:
  // With reservations, and with a request that has waited for room: others do not take that
  // room.
  [[nodiscard]] bool fits_beside(const write_room& what,
                                 const write_room* mine) const noexcept {
    const bool claimed = !waiters_.empty() && waiters_.front().reserves;
    return budget_.fits(what, mine == nullptr ? write_room{} : *mine,
                        claimed ? waiters_.front().room : write_room{});
  }

  write_budget budget_;
  std::list<waiter> waiters_;
};

}  // namespace pravega_actor::internal
