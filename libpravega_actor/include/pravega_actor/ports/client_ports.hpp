// The three ports of a client together.
#pragma once

#include <memory>
#include <string>

#include "pravega_actor/config.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/ports/connection_port.hpp"
#include "pravega_actor/ports/controller_port.hpp"
#include "pravega_actor/ports/environment.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// All of a client's access to the outside world. A simulation passes its own.
struct client_ports {
  std::shared_ptr<environment> env;
  std::shared_ptr<connection_port> connections;
  std::shared_ptr<controller_port> controller;
};

/// The real ports of that configuration, with its credentials: system clocks, TCP or TLS to
/// segment stores, gRPC to the controllers.
[[nodiscard]] result<client_ports> make_system_ports(const config& configuration);
/// The same for the controller at `controller_uri`. Connections to segment stores are over TLS
/// if those to the controller are.
[[nodiscard]] result<client_ports> make_system_ports(
    const std::string& controller_uri, const controller_port_options& options = {});

}  // namespace pravega_actor
