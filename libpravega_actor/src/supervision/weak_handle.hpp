// A handle on an actor that does not keep it alive.
#pragma once

#include <caf/all.hpp>
#include <utility>

namespace pravega_actor::internal {

/// Made from a handle of the type that it gives back, so that the interface stays checked: CAF
/// has untyped weak addresses only. Any thread may use it.
template <class Handle>
class weak_handle {
 public:
  weak_handle() = default;
  weak_handle(const Handle& to) : address_{to.address()} {}  // NOLINT: a weaker handle
  /// Empty when the actor is gone.
  [[nodiscard]] Handle lock() const { return caf::actor_cast<Handle>(address_); }
  /// Sends a message if the actor still lives.
  template <class Message>
  void send(Message what) const {
    if (auto alive = lock()) caf::anon_send(alive, std::move(what));
  }

 private:
  caf::actor_addr address_;
};

/// The weak handle of an actor on itself, for callbacks in other threads.
template <class... Signatures>
[[nodiscard]] weak_handle<caf::typed_actor<Signatures...>> weak_self(
    caf::typed_event_based_actor<Signatures...>* self) {
  return caf::typed_actor<Signatures...>{self};
}

}  // namespace pravega_actor::internal
