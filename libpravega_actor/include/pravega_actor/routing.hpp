// The position of a routing key in the key space [0, 1).
#pragma once

#include <cstdint>
#include <string_view>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The position of a routing key, in [0, 1), exactly as the Java client computes it:
/// MurmurHash3 x64 128 over the key's UTF-16 code units, seed hash("EventRouter"). `key` is
/// UTF-8; a surrogate in three bytes counts as that code unit; any other byte that is not UTF-8
/// counts as U+FFFD.
[[nodiscard]] double routing_position(std::string_view key) noexcept;

/// The 64-bit hash behind `routing_position`.
[[nodiscard]] std::uint64_t routing_hash(std::string_view key) noexcept;

/// The position of a 64-bit hash or random number, in [0, 1).
[[nodiscard]] double position_of(std::uint64_t hash) noexcept;

}  // namespace pravega_actor
