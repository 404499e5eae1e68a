// Waits that cannot look up themselves: calls of the library that come back when they come
// back. A thread of the tool's own says what they wait for, and ends the process at a stop
// signal.
#pragma once

#include <cstdint>
#include <string>

#include "common/command_line.hpp"

namespace pravega_actor::tool {

/// How long nothing is said.
inline constexpr milliseconds silence_max{2000};

struct wait_details {
  /// "the controller at host:port to create scope/stream".
  std::string what;
  /// When the call ends by itself at the latest, in ms from its begin; 0: not known.
  std::int64_t longest_ms = 0;
  /// What a person wants to know when a signal ends the wait; "" if nothing was at stake.
  std::string if_stopped;
  /// Part of the work that a first signal still allows: only a later one ends it.
  bool finishes = false;
};

/// Starts the thread that attends to waits and to second signals; after the handlers, before
/// the library. Where there is no thread to be had, the tool goes on without.
void start_attendant();

/// While it lives, one call waits. After two seconds a note on stderr says for what and how
/// much longer, then again every ten seconds, on a terminal every second at the same place.
/// A stop signal ends the process with a word, and so does the end of --timeout. One at a time.
class blocking_wait {
 public:
  blocking_wait(const common_options& common, wait_details details);
  ~blocking_wait();
  blocking_wait(const blocking_wait&) = delete;
  blocking_wait& operator=(const blocking_wait&) = delete;
};

/// The wait for the objects that end after a verb has reported its outcome. It prints nothing,
/// and only a new signal ends it.
class closing_wait {
 public:
  closing_wait();
  ~closing_wait();
  closing_wait(const closing_wait&) = delete;
  closing_wait& operator=(const closing_wait&) = delete;
};

/// The same wait as part of what a first signal still allows.
[[nodiscard]] wait_details finishing(wait_details details);
/// Something of this machine: "the sandbox to start".
[[nodiscard]] wait_details for_local(std::string what);
/// A controller that is to do something: "create scope/stream". `if_stopped`: what is not known
/// then.
[[nodiscard]] wait_details for_controller(const config& settings, const std::string& to,
                                          std::string if_stopped = {});
/// A file or pipe that is opened, read or written.
[[nodiscard]] wait_details for_file(const std::string& path);

/// "12 s", "2 min 5 s".
[[nodiscard]] std::string seconds_text(std::int64_t ms);

}  // namespace pravega_actor::tool
