// Limits of sandbox and simulation that users meet.
#pragma once

#include <cstddef>

namespace pravega_sandbox {

/// Segment stores of one sandbox, or of one simulation.
inline constexpr std::size_t stores_max = 64;

}  // namespace pravega_sandbox
