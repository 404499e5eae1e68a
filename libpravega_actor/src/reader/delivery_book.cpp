#include "reader/delivery_book.hpp"

#include <algorithm>

namespace pravega_actor::internal {

std::size_t delivery_book::rules::cost_of(const read_item& item) noexcept {
  const auto* slice = std::get_if<event_slice>(&item);
  return held_cost(slice != nullptr ? slice->bytes().size() : 0);
}

delivery_book::delivery delivery_book::add(read_item item) {
  auto sent = items_.add(std::move(item));
  if (const auto* end = std::get_if<segment_end>(&sent.item)) ends_[end->in.id] = sent.number;
  return sent;
}

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
  if (last_end <= last_released())
    apply(todo);
  else
    steps_[last_end].push_back(std::move(todo));
}

result<void> delivery_book::release_through(std::uint64_t number) {
  return items_.release_through(number, [this](std::uint64_t released, const read_item& item) {
    apply(item);
    const auto steps = steps_.extract(released);
    if (!steps) return;
    for (const auto& each : steps.mapped())
      apply(each);
  });
}

void delivery_book::apply(const read_item& item) {
  if (const auto* slice = std::get_if<event_slice>(&item))
    released_.offsets[slice->in().id] = slice->next_offset();
  // A gap without an end stays until the successors are in the position.
  const auto* gap = std::get_if<segment_gap>(&item);
  if (gap != nullptr && gap->to >= 0) released_.offsets[gap->in.id] = gap->to;
}

void delivery_book::apply(const step& what) {
  for (const auto& id : what.gone)
    released_.offsets.erase(id);
  for (const auto& id : what.next)
    released_.offsets[id] = 0;
}

}  // namespace pravega_actor::internal
