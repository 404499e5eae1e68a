// The file descriptors of this process.
#pragma once

#include <cstddef>

#include "pravega_actor/result.hpp"

namespace pravega_actor::tool {

/// Puts something harmless in the place of standard descriptors that are closed: a socket with
/// their number would get what is printed.
void hold_standard_descriptors();
/// Raises the soft limit to the hard one: each segment takes a connection.
void raise_descriptor_limit();
/// io_error if a connection for each of so many segments is more than the limit has room for.
[[nodiscard]] result<void> check_descriptors(std::size_t segments);

}  // namespace pravega_actor::tool
