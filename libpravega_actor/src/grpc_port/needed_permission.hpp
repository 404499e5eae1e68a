// What a controller with access control asks for.
#pragma once

#include <string>

#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::internal {

/// The permission that a 0.13 controller wants for a call, in words for an error: "READ on
/// prn::/scope:s/stream:t". "" for calls that need none.
[[nodiscard]] std::string needed_permission(const controller::request& call);

}  // namespace pravega_actor::internal
