// Streams as the verbs need them.
#pragma once

#include <cstdint>

#include "pravega_actor/stream_manager.hpp"

namespace pravega_actor::tool {

struct ensured_stream {
  ensured scope = ensured::existed;
  ensured_config stream;
};
/// Creates scope and stream unless they exist.
[[nodiscard]] result<ensured_stream> ensure(const stream_manager& streams,
                                            const scoped_stream& stream,
                                            const stream_config& config);

/// Bytes that can be read from the current segments, headers included.
[[nodiscard]] std::int64_t bytes_of(const stream_description& seen) noexcept;

}  // namespace pravega_actor::tool
