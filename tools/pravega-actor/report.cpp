#include "report.hpp"

#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "signals.hpp"

namespace pravega_actor::tool {

namespace {

int output_failure = 0;

constexpr milliseconds patience{100};

// Waits until the descriptor takes something. False: nobody takes it, and a signal came.
bool wait_for_room(int descriptor) {
  pollfd wanted{descriptor, POLLOUT, 0};
  const auto deadline = clock_type::now() + patience;
  for (;;) {
    const int ready = ::poll(&wanted, 1, static_cast<int>(patience.count()));
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

void print_json(const nlohmann::ordered_json& value) {
  constexpr auto replace = nlohmann::ordered_json::error_handler_t::replace;
  print(value.dump(-1, ' ', false, replace) + "\n");
}

void print_error(const std::string& text) {
  write_all(STDERR_FILENO, text);
}

void note(const common_options& common, const std::string& line) {
  if (!common.quiet) write_all(STDERR_FILENO, line + "\n");
}

nlohmann::ordered_json json_of(const error& reason) {
  return {{"code", to_string(reason.code())},
          {"message", reason.to_string()},
          {"retriable", reason.retriable()},
          {"stage", to_string(reason.at())},
          {"subject", reason.subject()},
          {"controller", reason.controller()},
          {"segment_store", reason.segment_store()},
          {"exit_code", static_cast<int>(exit_code_of(reason))}};
}

void report_error(const common_options& common, const error& reason) {
  write_all(STDERR_FILENO, "pravega-actor: " + reason.to_string() + "\n");
  if (common.json) print_json({{"error", json_of(reason)}});
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

std::string with_unit(double bytes) {
  constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 1000.0 && unit + 1 < std::size(units); ++unit)
    bytes /= 1000.0;
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 2, units[unit]);
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
