// Limits of the memory and work that segment stores and controllers can cause in a client.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::limits {

/// Bytes in the first request of a segment, and in any request of a segment without waiting
/// data while its reader holds limits::reader_bytes_max (waiting data, requested bytes and
/// partial events). Only one segment may then keep a partial event that is larger than this.
inline constexpr std::size_t reader_request_bytes_least = 64u << 10;
/// Bytes of delivered items that a reader holds for its subscribers until they release them.
/// While it holds this much, it delivers nothing new. One item is always delivered.
inline constexpr std::size_t reader_unreleased_bytes_max = 64u << 20;
/// The least that a delivered item counts.
inline constexpr std::size_t reader_unreleased_item_bytes_least = 4u << 10;
/// Bytes of an incomplete frame that count as a sign of life. A peer that sends less within
/// liveness_timeout_ms (2.7 KB/s at 6 s), and no whole frame, counts as silent.
inline constexpr std::size_t sign_of_life_bytes_min = 16u << 10;
/// KeepAlives that a peer may send within keep_alive_interval_ms.
inline constexpr std::uint32_t keep_alives_per_interval_max = 1000;

}  // namespace pravega_actor::limits
