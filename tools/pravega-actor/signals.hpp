// SIGINT and SIGTERM as something that the verbs ask for.
#pragma once

#include "pravega_actor/time.hpp"

namespace pravega_actor::tool {

/// Takes SIGINT and SIGTERM over, and ignores SIGPIPE. Before the first thread.
void install_signal_handlers();
/// How many stop signals have come.
[[nodiscard]] int stop_signals() noexcept;
[[nodiscard]] inline bool stop_wanted() noexcept {
  return stop_signals() > 0;
}
/// Waits for a stop signal, `timeout` at most.
void wait_for_stop(duration timeout);
/// Readable once a stop signal has come; for poll().
[[nodiscard]] int stop_descriptor() noexcept;

}  // namespace pravega_actor::tool
