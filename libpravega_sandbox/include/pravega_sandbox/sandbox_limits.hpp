// Limits of the sandbox and the simulation.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pravega_sandbox {

/// Segment stores of a sandbox or a simulation.
inline constexpr std::size_t stores_max = 64;

/// Steps that a simulation may make while no virtual time passes, unless its options say
/// otherwise.
inline constexpr std::uint64_t steps_at_instant_default = 1'000'000;

}  // namespace pravega_sandbox
