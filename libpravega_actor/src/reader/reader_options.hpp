// Checks a reader's options.
#pragma once

#include "pravega_actor/stream_reader.hpp"

namespace pravega_actor::internal {

/// Ranges, names, and whether the cuts are of `stream`. The error is invalid_argument or
/// invalid_name.
[[nodiscard]] result<void> check(const scoped_stream& stream, const reader_options& options);

}  // namespace pravega_actor::internal
