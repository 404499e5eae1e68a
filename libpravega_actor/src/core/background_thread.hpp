// Threads of the library that nobody joins.
#pragma once

#include <functional>

#include "pravega_actor/time.hpp"

namespace pravega_actor::internal {

enum class background_end : unsigned char { done, still_running, refused };

/// Runs `job` in a thread of its own that no signal reaches, and waits for its end, but not
/// longer than `at_most`. `refused`: the system has no thread or no memory; `job` did not run.
/// `job` must not throw.
background_end run_in_background(std::function<void()> job, duration at_most) noexcept;

/// The same without waiting; false if it was refused.
[[nodiscard]] bool start_in_background(std::function<void()> job) noexcept;

}  // namespace pravega_actor::internal
