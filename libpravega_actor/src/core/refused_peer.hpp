// Failures to connect that no repetition changes.
#pragma once

#include "pravega_actor/error.hpp"

namespace pravega_actor::internal {

/// Whether a connection failed since one side does not accept the other: what recovers lost
/// connections gives up at once, since only a change by the user helps.
[[nodiscard]] inline bool is_refused_peer(const error& reason) noexcept {
  return reason == errc::certificate_rejected || reason == errc::tls_failed;
}

}  // namespace pravega_actor::internal
