// Limits of what a writer actor keeps for its senders.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pravega_actor::limits {

/// Senders that are refused or have room reserved, each of which the actor has to remember.
/// Above it, every other sender has to use a credit before its events are taken.
inline constexpr std::size_t writer_senders_max = 1u << 14;
/// How long room stays reserved at least for a sender that does not use it; at most it stays
/// twice as long.
inline constexpr std::int64_t credit_unused_s_max = 30;

}  // namespace pravega_actor::limits
