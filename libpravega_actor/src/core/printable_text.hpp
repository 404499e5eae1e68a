// Text that others wrote, made fit for a terminal and a log: the one place that does it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pravega_actor::internal {

/// Bytes of the first character of `text` if it is well-formed UTF-8, else 0.
[[nodiscard]] std::size_t character_bytes(std::string_view text) noexcept;

/// Whether all of it is well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// One line that moves no cursor and forges no line: control characters (C0, DEL, C1), line and
/// paragraph separators, marks that turn the direction of writing and bytes that are not UTF-8
/// come as "\n", "\r", "\t" or "\xHH". A text of more than `bytes_max` bytes is cut, and says
/// so.
[[nodiscard]] std::string printable_line(std::string_view text, std::size_t bytes_max);

/// The same for text of several lines: '\n' stays, and nothing is cut.
[[nodiscard]] std::string printable_lines(std::string_view text);

}  // namespace pravega_actor::internal
