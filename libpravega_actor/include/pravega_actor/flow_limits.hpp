// Limits of what segment stores and controllers can make a client hold or do.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pravega_actor/limits.hpp"

namespace pravega_actor::limits {

/// What a segment asks for at first, and when its reader holds limits::reader_bytes_max (what
/// waits, what is asked for, and events of which only a part is there) and nothing waits in it.
/// An event that is larger is then kept unfinished in one segment only.
inline constexpr std::size_t reader_request_bytes_least = 64u << 10;
/// So many bytes of a frame that is not whole yet count as a sign of life: a peer that sends
/// less within liveness_timeout_ms (2.7 KB/s at 6 s), and no whole frame, is taken for silent.
inline constexpr std::size_t sign_of_life_bytes_min = 16u << 10;
/// KeepAlives that a peer may send within keep_alive_interval_ms.
inline constexpr std::uint32_t keep_alives_per_interval_max = 1000;

}  // namespace pravega_actor::limits
