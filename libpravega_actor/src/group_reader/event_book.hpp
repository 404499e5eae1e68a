// The numbered items of a reader of a group.
#pragma once

#include <variant>

#include "pravega_actor/event_reader.hpp"
#include "reader/numbered_items.hpp"

namespace pravega_actor::internal {

/// Slices use demand up; ends, gaps and checkpoints do not, but wait while there is none.
struct event_item_rules {
  [[nodiscard]] static std::size_t cost_of(const event_item& item) noexcept {
    const auto* slice = std::get_if<event_slice>(&item);
    return held_cost(slice != nullptr ? slice->bytes().size() : 0);
  }
  [[nodiscard]] static bool uses_demand(const event_item& item) noexcept {
    return std::holds_alternative<event_slice>(item);
  }
};

using event_book = numbered_items<event_item, event_item_rules>;

/// What a queue of segments hands out, as an item of a group's reader.
[[nodiscard]] inline event_item to_event_item(read_item item) {
  return std::visit([](auto& what) -> event_item { return std::move(what); }, item);
}

/// The segment of an item; null for a checkpoint.
[[nodiscard]] inline const segment* segment_of(const event_item& item) noexcept {
  if (const auto* slice = std::get_if<event_slice>(&item)) return &slice->in();
  if (const auto* end = std::get_if<segment_end>(&item)) return &end->in;
  if (const auto* gap = std::get_if<segment_gap>(&item)) return &gap->in;
  return nullptr;
}

}  // namespace pravega_actor::internal
