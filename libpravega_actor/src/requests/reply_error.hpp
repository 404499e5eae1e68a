// A segment store's error replies as errors.
#pragma once

#include <optional>

#include "pravega_actor/error.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_actor::internal {

/// The error that a reply carries, with its request id and subject; nothing when the reply is
/// not an error. A reply that does not decode gives malformed_frame.
[[nodiscard]] std::optional<error> error_of_reply(const wire::frame& reply);

}  // namespace pravega_actor::internal
