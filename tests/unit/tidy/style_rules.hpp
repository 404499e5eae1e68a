// Rules about one file's text, each a function from a file to what breaks the rule.
#pragma once

#include "unit/tidy/source_text.hpp"

namespace pravega_actor::tidy {

/// At most 96 columns (where clang-format is on), 400 lines; no tabs, no blanks at line ends,
/// one line end at the end.
[[nodiscard]] findings check_format(const source_file& file);

/// `#pragma once`, no `using namespace` (tests may see the internals), macros named
/// PRAVEGA_ACTOR_ or undefined again; a public header begins with a comment.
[[nodiscard]] findings check_header(const source_file& file);

/// Words that name unfinished work, in any text file.
[[nodiscard]] findings check_unfinished(const source_file& file);

/// Names of tests with ';' or '[': ctest would take them for several, or for tags.
[[nodiscard]] findings check_test_names(const source_file& file);

/// Threads, clocks, entropy and sleeping below the ports.
[[nodiscard]] findings check_determinism(const source_file& file);

/// Throwing, aborting and printing in the library.
[[nodiscard]] findings check_errors_are_values(const source_file& file);

/// Functions of more than 60 lines.
[[nodiscard]] findings check_function_length(const source_file& file);

}  // namespace pravega_actor::tidy
