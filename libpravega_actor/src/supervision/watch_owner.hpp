// An actor that ends with its owner.
#pragma once

#include <caf/all.hpp>

namespace pravega_actor::internal {

/// Monitors the owner, if there is one. False: the owner has ended already. `self` is any
/// event-based actor.
template <class Self>
[[nodiscard]] bool watch_owner(Self* self, const caf::actor_addr& owner) {
  if (!owner) return true;
  const auto alive = caf::actor_cast<caf::strong_actor_ptr>(owner);
  if (alive) self->monitor(alive);
  return static_cast<bool>(alive);
}

}  // namespace pravega_actor::internal
