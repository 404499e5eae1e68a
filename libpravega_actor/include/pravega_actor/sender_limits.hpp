// Limits of what a writer actor keeps for its senders.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pravega_actor::limits {

/// Senders that are shut out or have room reserved: the actor has to remember each of them. If
/// there are more, every other sender has to use a credit before its events are taken.
inline constexpr std::size_t writer_senders_max = 1u << 14;
/// The least time that room stays reserved for a sender that does not use it; the longest is
/// twice this time.
inline constexpr std::int64_t credit_unused_s_max = 30;

}  // namespace pravega_actor::limits
