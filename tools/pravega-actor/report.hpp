// What the tool says: results on stdout, errors and notes on stderr.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "command_line.hpp"

namespace pravega_actor::tool {

/// One line on stderr; with --json also an object with the member "error" on stdout.
void report_error(const common_options& common, const error& reason);
/// Text on stderr, as it is.
void print_error(const std::string& text);
/// One line on stderr, unless --quiet.
void note(const common_options& common, const std::string& line);
/// One object on one line of stdout.
void print_json(const nlohmann::ordered_json& value);
/// Text on stdout, as it is.
void print(const std::string& text);

/// Members for a JSON object that tells of an error.
[[nodiscard]] nlohmann::ordered_json json_of(const error& reason);

/// "5,507".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// "1.25 MB", decimal units.
[[nodiscard]] std::string with_unit(double bytes);

/// Remembers the first failure of stdout: an io_error for the end, unless the reader of the
/// pipe has gone, which is its own business.
[[nodiscard]] result<void> output_outcome();
/// Whether stdout has failed, its reader's end included.
[[nodiscard]] bool output_failed() noexcept;

}  // namespace pravega_actor::tool
