// Text that others wrote, as the tool shows it.
#pragma once

#include "core/printable_text.hpp"

namespace pravega_actor::tool {

/// Bytes of a text that is shown; what is longer is cut.
inline constexpr std::size_t shown_text_bytes_max = 600;

/// One line that moves no cursor and forges no line; see `printable_line`.
[[nodiscard]] inline std::string shown(std::string_view text,
                                       std::size_t bytes_max = shown_text_bytes_max) {
  return internal::printable_line(text, bytes_max);
}

/// The same for text of several lines: '\n' stays, and nothing is cut.
[[nodiscard]] inline std::string shown_lines(std::string_view text) {
  return internal::printable_lines(text);
}

}  // namespace pravega_actor::tool
