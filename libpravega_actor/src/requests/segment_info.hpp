// What a segment store says about a segment.
#pragma once

#include <cstdint>

#include "pravega_actor/result.hpp"
#include "wire/commands.hpp"

namespace pravega_actor::internal {

struct segment_info {
  /// The segment takes no more bytes.
  bool sealed = false;
  /// The first byte that is still there.
  std::int64_t start_offset = 0;
  /// Where the next byte will be written.
  std::int64_t write_offset = 0;
  /// Milliseconds since 1970.
  std::int64_t last_modified_ms = 0;
  friend bool operator==(const segment_info&, const segment_info&) = default;
};

/// The same from the reply to get_stream_segment_info.
[[nodiscard]] inline result<segment_info> info_of(
    const result<wire::stream_segment_info>& reply) {
  if (!reply) return reply.error();
  return segment_info{reply->is_sealed, reply->start_offset, reply->write_offset,
                      reply->last_modified};
}

}  // namespace pravega_actor::internal
