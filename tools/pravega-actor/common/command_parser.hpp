// The command line, taken apart by the option table.
#pragma once

#include <string>

#include "common/option_table.hpp"

namespace pravega_actor::tool {

/// What was found: a verb to run, or what to print instead and how to end.
struct parsed_line {
  /// Nothing: print and end.
  const verb_row* verb = nullptr;
  std::string out;
  std::string err;
  exit_code code = exit_code::ok;
};

/// Sets the variables of the table's options. `root` is the tool itself.
[[nodiscard]] parsed_line parse_command_line(const verb_row& root, int argc,
                                             const char* const* argv);

}  // namespace pravega_actor::tool
