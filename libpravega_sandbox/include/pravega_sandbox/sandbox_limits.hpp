// Limits of the sandbox and the simulation.
#pragma once

#include <cstddef>

namespace pravega_sandbox {

/// Segment stores of a sandbox or a simulation.
inline constexpr std::size_t stores_max = 64;

}  // namespace pravega_sandbox
