// What the tool says: results on stdout, errors and notes on stderr.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/command_line.hpp"
#include "common/json_text.hpp"
#include "common/styled_line.hpp"

namespace pravega_actor::tool {

/// What failed, on stderr: one line, on a terminal three (error, where, hint), in colour unless
/// NO_COLOR is set. With --json also an object with the member "error" on stdout.
void report_error(const common_options& common, const error& reason);
/// The three lines, without or with colours, folded at so many columns (0: not).
[[nodiscard]] std::string error_lines(const error& reason, bool colours,
                                      std::size_t columns = 0);
/// Text on stderr; what would act on a terminal is escaped.
void print_error(const std::string& text);
/// One line on stderr, unless --quiet; escaped as well, and folded as a sentence is.
void note(const common_options& common, const std::string& line);
/// Text on stderr as it is: what moves the cursor.
void print_control(const std::string& text);
/// One object or array on one line of stdout.
void print_json(const json_object& value);
void print_json(const json_array& value);
/// Bytes on stdout as they are: events.
void print(const std::string& text);
/// Text for people on stdout; what would act on a terminal is escaped.
void print_text(const std::string& text);
/// The same, one line; folded between words where a terminal is too narrow.
void print_sentence(const std::string& text);
/// One line on stdout, in colours if these are wanted there.
void print_line(const styled_line& line);

/// An error as a JSON object.
[[nodiscard]] json_object json_of(const error& reason);
[[nodiscard]] json_object json_of(const error& reason, int process_code);

/// "5,507".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// "1 segment", "5,507 segments".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view what);
/// "1.25 MB", decimal units.
[[nodiscard]] std::string with_unit(double bytes);

/// "1.2 ms", "35 µs", "4.1 s".
[[nodiscard]] std::string duration_text(double us);
/// "2.26 M", "830 k", "12".
[[nodiscard]] std::string rounded(double number);

/// Remembers the first failure of stdout: an io_error for the end, unless the reader of the
/// pipe has gone, which is its own business.
[[nodiscard]] result<void> output_outcome();
/// Whether stdout has failed, its reader's end included.
[[nodiscard]] bool output_failed() noexcept;

}  // namespace pravega_actor::tool
