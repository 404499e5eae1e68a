// Where a server is that was published without an address.
#pragma once

#include "pravega_actor/ports/controller_port.hpp"

namespace pravega_actor::internal {

/// A server that listens on all addresses of its host may publish just that: 0.0.0.0, as every
/// standalone Pravega does, or ::. A client would look for it on its own machine. Such an
/// address becomes the host of the controller that named it; all others stay.
[[nodiscard]] endpoint reachable(const endpoint& published, const endpoint& controller);

/// The same for every server that a reply names.
[[nodiscard]] controller::reply reachable(const controller::reply& named,
                                          const endpoint& controller);

}  // namespace pravega_actor::internal
