// How the tool ends: one code for each kind of cause.
#pragma once

#include <string>

#include "pravega_actor/error.hpp"

namespace pravega_actor::tool {

// clang-format off
/// X(name, value, meaning), in the order in which `--help` lists them.
#define PRAVEGA_ACTOR_EXIT_CODES(X)                                                                \
  X(ok, 0, "success")                                                                              \
  X(check_failed, 1, "a check found a difference: lost, doubled, reordered or wrong events")       \
  X(usage, 2, "the command line is not valid")                                                     \
  X(configuration, 3, "the configuration is not valid")                                            \
  X(unreachable, 4, "the controller or a segment store cannot be reached or does not answer")       \
  X(not_found, 5, "the scope, stream, segment, transaction or reader group does not exist")                                   \
  X(refused, 6, "an argument or the request is refused")                                           \
  X(deadline, 7, "a deadline passed")                                                              \
  X(not_durable, 8, "events are lost, or it is unknown whether they are stored")                 \
  X(local_failure, 9, "a file, pipe or port of this machine cannot be used")                       \
  X(internal, 70, "the tool or the library has a bug")                                             \
  X(interrupted, 130, "stopped by SIGINT before the end of the work (SIGTERM: 143, SIGHUP: 129)")
// clang-format on

enum class exit_code : int {
#define X(name, value, meaning) name = value,
  PRAVEGA_ACTOR_EXIT_CODES(X)
#undef X
};

/// The one table from the library's errors to exit codes.
[[nodiscard]] exit_code exit_code_of(errc code) noexcept;
/// The same, but a deadline that passed while a server was asked means that it does not answer.
[[nodiscard]] exit_code exit_code_of(const error& reason) noexcept;

/// What the process ends with: `interrupted` is 128 and the number of the signal.
[[nodiscard]] int process_code(exit_code code) noexcept;

/// The codes and their meanings, a line each, for `--help`.
[[nodiscard]] std::string exit_code_lines();

}  // namespace pravega_actor::tool
