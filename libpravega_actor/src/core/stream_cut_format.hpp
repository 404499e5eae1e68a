// The binary form of a stream cut where it stands inside something larger, as in a checkpoint.
#pragma once

#include "core/versioned.hpp"
#include "pravega_actor/stream_cut.hpp"

namespace pravega_actor::internal {

/// The writer fails for a negative segment, and for an offset that has no compact form.
void write_stream_cut(binary_writer& to, const stream_cut& cut);

/// On failure the reader says why, and the cut is of no use.
[[nodiscard]] stream_cut read_stream_cut(binary_reader& from);

}  // namespace pravega_actor::internal
