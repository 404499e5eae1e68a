// Ids of requests on connections that several users share.
#pragma once

#include <cstdint>

namespace pravega_actor::internal {

/// A request's number in its flow has so many bits; after the largest comes 0 again.
inline constexpr std::uint32_t request_sequence_mask = 0x0FFFFFFF;

/// The flow is the upper half, by which the reply finds back.
[[nodiscard]] constexpr std::int64_t request_id(std::int32_t flow,
                                                std::uint32_t sequence) noexcept {
  return static_cast<std::int64_t>(flow) << 32 | (sequence & request_sequence_mask);
}

}  // namespace pravega_actor::internal
