// The layout of the --help texts.
#pragma once

#include <cstddef>
#include <string>

namespace pravega_actor::tool {

/// Where the explanation of an option or verb begins.
inline constexpr std::size_t help_column = 28;
inline constexpr std::size_t help_columns_max = 80;

/// A --help text without lines that are too long for a terminal and without more than one empty
/// line in a row. Explanations go on in their column, paragraphs are folded as a whole;
/// examples (indented by two, with the program's name) stay as they are, to be copied.
[[nodiscard]] std::string fitted_help(const std::string& text);

}  // namespace pravega_actor::tool
