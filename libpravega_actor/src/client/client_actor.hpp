// A client for actors: each request is carried to the stream manager, the writers or the
// readers, and its outcome back.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "pravega_actor/actors.hpp"

namespace pravega_actor::internal {

/// Told to itself: something that must happen in the actor, mostly the delivery of an answer.
struct run_in_client_actor {
  std::function<void()> what;
};

/// The whole interface, with what the actor sends itself.
using client_actor_interface = client_actor::extend<caf::reacts_to<run_in_client_actor>>;

struct client_actor_state {
  /// Gone once the client is being closed.
  std::optional<client> held;
  /// Numbers of event subscriptions, by sink.
  std::vector<std::pair<caf::actor_addr, std::uint64_t>> subscriptions;
  const char* name = "client";
  ~client_actor_state();
};

/// Serves a client until `close_client`, or until nobody can reach the actor any more: then its
/// handle closes the client behind it.
client_actor_interface::behavior_type client_actor_behavior(
    client_actor_interface::stateful_pointer<client_actor_state> self, client held);

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::run_in_client_actor)
