// Ends an actor that carries one question of a handle into the actor world.
#pragma once

#include <caf/all.hpp>

#include "pravega_actor/error.hpp"

namespace pravega_actor::internal {

/// Sent to every task when the client closes: the task answers with `client_closed` and ends.
struct end_task {};
/// An actor that carries one question of a handle.
using client_task = caf::typed_actor<caf::reacts_to<end_task>>;

[[nodiscard]] inline error closed_client_error() {
  return error{errc::closed, "the client is closed"};
}

}  // namespace pravega_actor::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pravega_actor::internal::end_task)
