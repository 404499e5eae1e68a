// Items that were delivered to a subscriber and are held until it releases them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "pravega_actor/limits.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// Pure: it knows no actor and no lock. Every item gets a number, from 1 on, and is held until
/// it is released. A subscriber first gets what is held, then new items. `Rules` says what an
/// item costs (`cost_of`, in bytes) and whether it uses up demand (`uses_demand`).
template <class Item, class Rules>
class numbered_items {
 public:
  struct delivery {
    std::uint64_t number = 0;
    Item item;
  };

  /// What is held may exceed `bytes_max` by one item.
  explicit numbered_items(std::size_t bytes_max) : bytes_max_{bytes_max} {}

  /// Another subscriber takes over, without demand: everything that is held is due to it.
  void subscribe() {
    subscribed_ = true;
    demand_ = 0;
    next_ = last_released_ + 1;
  }
  /// Nothing is due to anybody.
  void unsubscribe() {
    subscribed_ = false;
    demand_ = 0;
  }
  /// The subscriber takes so many more items. Without effect if there is none.
  void add_demand(std::size_t items) {
    if (!subscribed_) return;
    demand_ += std::min(items, std::numeric_limits<std::size_t>::max() - demand_);
  }

  /// A held item that the subscriber has not got yet, if it demands one.
  [[nodiscard]] std::optional<delivery> next_again() {
    while (next_ <= last_delivered() && held(next_).withdrawn)
      ++next_;
    if (!subscribed_ || demand_ == 0 || next_ > last_delivered()) return std::nullopt;
    return send(next_);
  }
  /// Whether the subscriber takes a new item now: it has everything that is held, demands one,
  /// and what is held is below the limit.
  [[nodiscard]] bool wants_new() const noexcept {
    return subscriber_has_all() && demand_ > 0 && held_bytes_ < bytes_max_;
  }
  /// A new item for the subscriber; only while `wants_new()`.
  [[nodiscard]] delivery add(Item item) {
    held_bytes_ += Rules::cost_of(item);
    held_.push_back({std::move(item)});
    return send(last_delivered());
  }
  /// There is a subscriber, and nothing that is held is still due to it.
  [[nodiscard]] bool subscriber_has_all() const noexcept {
    return subscribed_ && next_ > last_delivered();
  }

  /// This item and all before it are processed: `apply(number, item)` for each, in order.
  /// Without effect on what is released already; invalid_argument for a number that was never
  /// delivered.
  template <class F>
  [[nodiscard]] result<void> release_through(std::uint64_t number, F&& apply) {
    if (number > last_delivered())
      return error{errc::invalid_argument, "item " + std::to_string(number) +
                                               " was never delivered; the last one is " +
                                               std::to_string(last_delivered())};
    while (last_released_ < number) {
      auto& front = held_.front();
      if (!front.withdrawn) apply(last_released_ + 1, std::as_const(front.item));
      held_bytes_ -= Rules::cost_of(front.item);
      held_.pop_front();
      ++last_released_;
    }
    next_ = std::max(next_, last_released_ + 1);
    return {};
  }

  /// A held item; null if it was released, withdrawn or never delivered.
  [[nodiscard]] const Item* find(std::uint64_t number) const noexcept {
    if (number <= last_released_ || number > last_delivered()) return nullptr;
    const auto& at = held_[static_cast<std::size_t>(number - last_released_ - 1)];
    return at.withdrawn ? nullptr : &at.item;
  }
  /// The held items for which `matches` is true keep their numbers, but are not delivered
  /// again, and their release has no effect.
  template <class F>
  void withdraw(F&& matches) {
    for (auto& each : held_)
      each.withdrawn = each.withdrawn || matches(std::as_const(each.item));
  }

  [[nodiscard]] std::uint64_t last_released() const noexcept { return last_released_; }
  [[nodiscard]] std::uint64_t last_delivered() const noexcept {
    return last_released_ + held_.size();
  }
  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_bytes_; }

 private:
  struct entry {
    Item item;
    bool withdrawn = false;
  };
  [[nodiscard]] entry& held(std::uint64_t number) {
    return held_[static_cast<std::size_t>(number - last_released_ - 1)];
  }
  [[nodiscard]] delivery send(std::uint64_t number) {
    const auto& item = held(number).item;
    if (Rules::uses_demand(item)) --demand_;
    next_ = number + 1;
    return {number, item};
  }

  std::size_t bytes_max_;
  std::uint64_t last_released_ = 0;
  /// The items behind `last_released_`, in order.
  std::deque<entry> held_;
  std::size_t held_bytes_ = 0;
  bool subscribed_ = false;
  std::size_t demand_ = 0;
  /// The next item for the subscriber.
  std::uint64_t next_ = 1;
};

/// What items of a reader cost. Small slices share a receive buffer with others, and an item
/// has a size of its own.
[[nodiscard]] inline std::size_t held_cost(std::size_t slice_bytes) noexcept {
  return std::max(slice_bytes, limits::reader_unreleased_item_bytes_least);
}

}  // namespace pravega_actor::internal
