#include "reader/delivery_book.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace pravega_actor::internal {

namespace {

// Small slices share a receive buffer with others, and an item has a size of its own.
std::size_t cost_of(const read_item& item) {
  const auto* slice = std::get_if<event_slice>(&item);
  const auto bytes = slice != nullptr ? slice->bytes().size() : 0;
  return std::max(bytes, limits::reader_unreleased_item_bytes_least);
}

}  // namespace

// --- the subscriber -------------------------------------------------------------------------

void delivery_book::subscribe() {
  subscribed_ = true;
  demand_ = 0;
  next_ = last_released_ + 1;
}

void delivery_book::unsubscribe() {
  subscribed_ = false;
  demand_ = 0;
}

void delivery_book::add_demand(std::size_t slices) {
  if (!subscribed_) return;
  demand_ += std::min(slices, std::numeric_limits<std::size_t>::max() - demand_);
}

bool delivery_book::subscriber_has_all() const noexcept {
  return subscribed_ && next_ > last_delivered();
}

bool delivery_book::wants_new() const noexcept {
  return subscriber_has_all() && demand_ > 0 && held_bytes_ < bytes_max_;
}

std::optional<delivery_book::delivery> delivery_book::next_again() {
  if (!subscribed_ || demand_ == 0 || next_ > last_delivered()) return std::nullopt;
  return send(next_);
}

delivery_book::delivery delivery_book::add(read_item item) {
  held_bytes_ += cost_of(item);
  held_.push_back({std::move(item), {}});
  const auto number = last_delivered();
  if (const auto* end = std::get_if<segment_end>(&held_.back().item))
    ends_[end->in.id] = number;
  return send(number);
}

delivery_book::delivery delivery_book::send(std::uint64_t number) {
  const auto& item = held(number).item;
  if (std::holds_alternative<event_slice>(item)) --demand_;
  next_ = number + 1;
  return {number, item};
}

// --- the position ---------------------------------------------------------------------------

void delivery_book::advance(const std::vector<segment_id>& gone,
                            const std::vector<segment_id>& next) {
  std::uint64_t last_end = 0;
  for (const auto& id : gone) {
    const auto at = ends_.find(id);
    if (at == ends_.end()) continue;
    last_end = std::max(last_end, at->second);
    ends_.erase(at);
  }
  step todo{gone, next};
  if (last_end <= last_released_)
    apply(todo);
  else
    held(last_end).steps.push_back(std::move(todo));
}

result<void> delivery_book::release_through(std::uint64_t number) {
  if (number > last_delivered())
    return error{errc::invalid_argument, "item " + std::to_string(number) +
                                             " was never delivered; the last one is " +
                                             std::to_string(last_delivered())};
  while (last_released_ < number) {
    apply(held_.front());
    held_bytes_ -= cost_of(held_.front().item);
    held_.pop_front();
    ++last_released_;
  }
  next_ = std::max(next_, last_released_ + 1);
  return {};
}

void delivery_book::apply(const entry& what) {
  if (const auto* slice = std::get_if<event_slice>(&what.item))
    released_.offsets[slice->in().id] = slice->next_offset();
  // A gap without an end stays until the successors are in the position.
  const auto* gap = std::get_if<segment_gap>(&what.item);
  if (gap != nullptr && gap->to >= 0) released_.offsets[gap->in.id] = gap->to;
  for (const auto& each : what.steps)
    apply(each);
}

void delivery_book::apply(const step& what) {
  for (const auto& id : what.gone)
    released_.offsets.erase(id);
  for (const auto& id : what.next)
    released_.offsets[id] = 0;
}

}  // namespace pravega_actor::internal
