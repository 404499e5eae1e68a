// What gRPC's words say about TLS: it has no code for it.
#pragma once

#include <optional>
#include <string_view>

#include "pravega_actor/error.hpp"

namespace pravega_actor::internal {

/// certificate_rejected or tls_failed if the text of an UNAVAILABLE says that the handshake
/// failed for good; no value if it says something else.
[[nodiscard]] std::optional<errc> tls_failure_in(std::string_view text);

/// What to add to the text of an UNAVAILABLE on a plain channel, or "".
[[nodiscard]] std::string_view plain_channel_hint(std::string_view text);

}  // namespace pravega_actor::internal
