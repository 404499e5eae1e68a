// Gzip in memory, with a limit on what comes out.
#pragma once

#include <string>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// One gzip member as Java writes it (no name, no time, unknown system). Nothing is longer than
/// 2^31 - 1 bytes here: the error is limit_exceeded, or internal_error without memory.
[[nodiscard]] result<std::vector<std::byte>> gzip(byte_view plain);

/// The content of exactly one gzip member. The error is invalid_argument, or limit_exceeded if
/// there are more than `bytes_max` bytes.
[[nodiscard]] result<std::string> gunzip(byte_view packed, std::size_t bytes_max);

}  // namespace pravega_actor::internal
