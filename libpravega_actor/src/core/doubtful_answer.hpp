// Answers of a controller that another one might not give.
#pragma once

#include "pravega_actor/error.hpp"

namespace pravega_actor::internal {

/// Whether an error that came from one controller may be that controller's own: its answer
/// contradicts the request or itself, is larger than any that is right, or it does not know the
/// call, or it cannot prove who it is. All controllers of a cluster answer alike, so another
/// one's answer decides.
[[nodiscard]] inline bool is_doubtful(const error& answer) noexcept {
  return answer == errc::protocol_violation || answer == errc::limit_exceeded ||
         answer == errc::unsupported_operation || answer == errc::certificate_rejected ||
         answer == errc::tls_failed;
}

}  // namespace pravega_actor::internal
