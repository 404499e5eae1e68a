#include "common/report.hpp"

#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "common/safe_text.hpp"
#include "common/signals.hpp"
#include "common/terminal.hpp"

namespace pravega_actor::tool {

namespace {

int output_failure = 0;

constexpr milliseconds output_patience{100};
constexpr std::size_t error_line_bytes_max = 2000;
/// Of "where: " and its like, which later lines of the same text are indented by.
constexpr std::size_t label_columns = 7;

// Waits until the descriptor takes something. False: nobody takes it, and a signal came.
bool wait_for_room(int descriptor) {
  pollfd wanted{descriptor, POLLOUT, 0};
  const auto deadline = clock_type::now() + output_patience;
  for (;;) {
    const int ready = ::poll(&wanted, 1, static_cast<int>(output_patience.count()));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    if (stop_wanted() && clock_type::now() >= deadline) return false;
  }
}

// A pipe that poll calls writable takes at least so much without blocking.
constexpr std::size_t piece_bytes = PIPE_BUF;

void write_all(int descriptor, std::string_view text) {
  const auto fail = [descriptor](int why) {
    if (descriptor == STDOUT_FILENO && output_failure == 0) output_failure = why;
  };
  struct stat about = {};
  // No type: it was closed, and a library's event descriptor has taken its number.
  if (::fstat(descriptor, &about) != 0 || (about.st_mode & S_IFMT) == 0) return fail(EBADF);
  const bool file = S_ISREG(about.st_mode);
  while (!text.empty()) {
    if (!file && !wait_for_room(descriptor)) return fail(EINTR);
    const auto size = file ? text.size() : std::min(text.size(), piece_bytes);
    const auto written = ::write(descriptor, text.data(), size);
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written <= 0) return fail(errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void print(const std::string& text) {
  write_all(STDOUT_FILENO, text);
}

void print_text(const std::string& text) {
  write_all(STDOUT_FILENO, shown_lines(text));
}

void print_sentence(const std::string& text) {
  const auto columns = is_terminal(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 0;
  print_text(folded(text, columns, sentence_indent) + "\n");
}

void print_line(const styled_line& line) {
  write_all(STDOUT_FILENO, line.shown(std::string::npos, wants_colours(STDOUT_FILENO)) + "\n");
}

void print_json(const json_object& value) {
  print(value.text() + "\n");
}

void print_json(const json_array& value) {
  print(value.text() + "\n");
}

void print_error(const std::string& text) {
  write_all(STDERR_FILENO, shown_lines(text));
}

void print_control(const std::string& text) {
  write_all(STDERR_FILENO, text);
}

void note(const common_options& common, const std::string& line) {
  if (common.quiet) return;
  const auto columns = is_terminal(STDERR_FILENO) ? terminal_width(STDERR_FILENO) : 0;
  print_error(folded(line, columns, sentence_indent) + "\n");
}

json_object json_of(const error& reason) {
  return json_of(reason, process_code(exit_code_of(reason)));
}

json_object json_of(const error& reason, int process_code) {
  json_object told;
  told.add("code", to_string(reason.code()))
      .add("message", reason.to_string())
      .add("retriable", reason.retriable())
      .add("stage", to_string(reason.at()))
      .add("subject", reason.subject())
      .add("controller", reason.controller())
      .add("segment_store", reason.segment_store())
      .add("exit_code", process_code);
  return told;
}

std::string error_lines(const error& reason, bool colours, std::size_t columns) {
  const auto line = [=](const char* label, const char* colour, const std::string& text) {
    const auto lines = folded(label + text, columns, label_columns).substr(label_columns);
    return colours ? fmt::format("\x1b[{}m{}\x1b[0m{}\n", colour, label, lines)
                   : label + lines + "\n";
  };
  std::string where;
  const auto add = [&where](const char* what, const std::string& value) {
    if (value.empty()) return;
    where += fmt::format("{}{}{}", where.empty() ? "" : ", ", what, shown(value));
  };
  add("", reason.subject());
  add("controller ", reason.controller());
  add("segment store ", reason.segment_store());
  if (reason.at() != stage::none) add("stage: ", std::string{to_string(reason.at())});
  if (where.empty()) where = "this machine";
  return line("error: ", "1;31", shown(reason.summary())) + line("where: ", "1", where) +
         line("hint:  ", "1;36", std::string{advice(reason.code())});
}

void report_error(const common_options& common, const error& reason) {
  if (is_terminal(STDERR_FILENO))
    write_all(STDERR_FILENO,
              error_lines(reason, wants_colours(STDERR_FILENO), terminal_width(STDERR_FILENO)));
  else
    write_all(STDERR_FILENO,
              "pravega-actor: " + shown(reason.to_string(), error_line_bytes_max) + "\n");
  if (common.json) print_json(json_object{}.add("error", json_of(reason)));
}

std::string grouped(std::uint64_t number) {
  const auto digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

std::string with_unit(double bytes) {
  constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 1000.0 && unit + 1 < std::size(units); ++unit)
    bytes /= 1000.0;
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 2, units[unit]);
}

std::string duration_text(double us) {
  if (us < 1000) return fmt::format("{:.0f} µs", us);
  if (us < 1e6) return fmt::format("{:.{}f} ms", us / 1e3, us < 1e5 ? 1 : 0);
  return fmt::format("{:.1f} s", us / 1e6);
}

std::string rounded(double number) {
  constexpr const char* units[] = {"", " k", " M", " G"};
  // What would be rounded up to 1000 has the next unit.
  constexpr double unit_ends = 999.5;
  std::size_t unit = 0;
  for (; number >= unit_ends && unit + 1 < std::size(units); ++unit)
    number /= 1000.0;
  return unit == 0 ? fmt::format("{:.0f}", number)
                   : fmt::format("{:.3g}{}", number, units[unit]);
}

bool output_failed() noexcept {
  return output_failure != 0;
}

result<void> output_outcome() {
  if (output_failure == 0 || output_failure == EPIPE) return {};
  if (output_failure == EINTR) return errc::cancelled;
  return error{errc::io_error,
               std::string{"standard output: "} + std::strerror(output_failure)};
}

}  // namespace pravega_actor::tool
