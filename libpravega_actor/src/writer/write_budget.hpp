// How much a writer may hold that is not yet durable, and for whom room is reserved.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "append/append_block.hpp"
#include "core/shared_limit.hpp"
#include "pravega_actor/limits.hpp"

namespace pravega_actor::internal {

/// What some events take of a writer's limits.
struct write_room {
  /// Their payloads, and 24 bytes for each event.
  std::size_t bytes = 0;
  std::size_t events = 0;

  [[nodiscard]] static write_room of(std::size_t payload_bytes, std::size_t events) noexcept {
    constexpr auto each = limits::event_header_bytes + append_block::overhead_bytes_per_event;
    return {payload_bytes + events * each, events};
  }
  [[nodiscard]] bool empty() const noexcept { return bytes == 0 && events == 0; }
  /// This, without what `other` covers.
  [[nodiscard]] write_room less(const write_room& other) const noexcept {
    return {bytes - std::min(bytes, other.bytes), events - std::min(events, other.events)};
  }
  void add(const write_room& other) noexcept {
    bytes += other.bytes;
    events += other.events;
  }
  friend bool operator==(const write_room&, const write_room&) = default;
};

/// Room is free, outstanding (written and not yet durable) or reserved for a sender. What is
/// larger than a limit by itself has room when nothing else is there. So a writer that holds
/// nothing never waits for the others of its client: what it waits for later is its own. Pure.
class write_budget {
 public:
  /// `of_client`: the limit of all writers together; null: there is none.
  explicit write_budget(const write_room& limits,
                        std::shared_ptr<shared_limit> of_client = nullptr) noexcept
      : limits_{limits}, share_{std::move(of_client)} {}

  /// Whether `what` has room. `mine` is reserved for it; `claimed` is kept free for a request
  /// that has waited longer.
  [[nodiscard]] bool fits(const write_room& what, const write_room& mine = {},
                          const write_room& claimed = {}) const noexcept {
    const auto missing = what.less(mine);
    auto others = outstanding_;
    others.add(reserved_.less(mine));
    others.add(claimed);
    const auto within = [](std::size_t needed, std::size_t used, std::size_t own,
                           std::size_t limit) {
      return needed == 0 || used == 0 || used + own + needed <= limit;
    };
    return within(missing.bytes, others.bytes, mine.bytes, limits_.bytes) &&
           within(missing.events, others.events, mine.events, limits_.events) &&
           (missing.bytes == 0 || held() == 0 || share_.fits(held() + missing.bytes));
  }
  /// Whether `what` is within the limits when nothing else is there.
  [[nodiscard]] bool within_limits(const write_room& what) const noexcept {
    return what.bytes <= limits_.bytes && what.events <= limits_.events;
  }

  /// `what` was written; it comes out of `mine` first.
  void take(const write_room& what, write_room& mine) noexcept {
    const auto left = mine.less(what);
    reserved_ = reserved_.less(mine.less(left));
    mine = left;
    outstanding_.add(what);
    share_.hold(held());
  }
  void reserve(const write_room& what) noexcept {
    reserved_.add(what);
    share_.hold(held());
  }
  /// Ends a reservation.
  void release(const write_room& what) noexcept {
    reserved_ = reserved_.less(what);
    share_.hold(held());
  }
  /// Bytes are given back when they are durable, events when they are completed.
  void give_back(const write_room& what) noexcept {
    outstanding_ = outstanding_.less(what);
    share_.hold(held());
  }
  /// The writer has failed: nothing is outstanding any more.
  void clear_bytes() noexcept {
    outstanding_.bytes = 0;
    share_.hold(held());
  }

  [[nodiscard]] const write_room& outstanding() const noexcept { return outstanding_; }
  [[nodiscard]] const write_room& reserved() const noexcept { return reserved_; }
  /// Requests that wait are served when a quarter of the bytes is free, not for every block.
  [[nodiscard]] bool roomy() const noexcept {
    return outstanding_.bytes <= limits_.bytes - limits_.bytes / 4;
  }

 private:
  /// What counts in the client's limit.
  [[nodiscard]] std::size_t held() const noexcept {
    return outstanding_.bytes + reserved_.bytes;
  }

  write_room limits_;
  write_room outstanding_;
  write_room reserved_;
  limit_share share_;
};

}  // namespace pravega_actor::internal
