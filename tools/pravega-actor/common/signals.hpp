// SIGINT, SIGTERM and SIGHUP as something that the verbs ask for.
#pragma once

#include "pravega_actor/time.hpp"

namespace pravega_actor::tool {

/// Takes SIGINT, SIGTERM and SIGHUP over (not a SIGHUP that is ignored, as under nohup), and
/// ignores SIGPIPE. Before the first thread.
void install_signal_handlers();
/// How many stop signals have come.
[[nodiscard]] int stop_signals() noexcept;
[[nodiscard]] inline bool stop_wanted() noexcept {
  return stop_signals() > 0;
}
/// The number of the first one; 0 if there was none.
[[nodiscard]] int first_stop_signal() noexcept;
/// How long a call waits before its verb looks for a stop signal.
inline constexpr milliseconds signal_patience{50};
/// Waits for a stop signal, `timeout` at most.
void wait_for_stop(duration timeout);
/// Readable once a stop signal has come, for ever; for poll().
[[nodiscard]] int stop_descriptor() noexcept;
/// Readable at each stop signal; for the one thread that reads it (an eventfd).
[[nodiscard]] int each_stop_descriptor() noexcept;

}  // namespace pravega_actor::tool
