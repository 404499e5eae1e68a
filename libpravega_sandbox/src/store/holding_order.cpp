#include "store/holding_order.hpp"

#include <utility>

namespace pravega_sandbox {

void holding_order::change(std::string_view name, std::size_t before, std::size_t now) {
  if (before == now) return;
  bytes_ = bytes_ - before + now;
  // The node is used again: an append allocates none.
  auto node = places_.extract(place{before, name});
  if (now == 0) return;
  if (node.empty()) {
    places_.insert(place{now, name});
    return;
  }
  node.value() = place{now, name};
  places_.insert(std::move(node));
}

std::string_view holding_order::fullest() const noexcept {
  return places_.empty() ? std::string_view{} : places_.rbegin()->name;
}

}  // namespace pravega_sandbox
