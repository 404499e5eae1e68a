// Checks a reader's options.
#pragma once

#include "pravega_actor/stream_reader.hpp"

namespace pravega_actor::internal {

/// Ranges, names, and whether the cuts are of `stream`. The error is invalid_argument or
/// invalid_name.
[[nodiscard]] result<void> check(const scoped_stream& stream, const reader_options& options);

/// Options that start with splits, as start and end cuts that mean the same; others as they
/// are. invalid_argument for splits that one reader cannot read.
[[nodiscard]] result<reader_options> with_cuts(const scoped_stream& stream,
                                               const reader_options& options);

}  // namespace pravega_actor::internal
