// The only file that knows spdlog: it is dear to compile.
#include "common/log_lines.hpp"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "common/safe_text.hpp"

namespace pravega_actor::tool {

namespace {

/// Lines that wait for stderr; of more the oldest are dropped.
constexpr std::size_t waiting_lines_max = 8192;
constexpr std::size_t log_line_bytes_max = 2000;

spdlog::level::level_enum level_for_spdlog(log_level level) noexcept {
  switch (level) {
    case log_level::error:
      return spdlog::level::err;
    case log_level::warning:
      return spdlog::level::warn;
    case log_level::info:
      return spdlog::level::info;
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::off:
      break;
  }
  return spdlog::level::off;
}

std::shared_ptr<spdlog::logger> stderr_logger(const std::string& name) {
  auto log =
      std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  log->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
  log->set_level(spdlog::level::debug);
  return log;
}

}  // namespace

struct stderr_log::implementation {
  std::shared_ptr<spdlog::logger> log;
};

stderr_log::stderr_log(bool all)
    : implementation_{std::make_shared<implementation>(implementation{stderr_logger("tool")})} {
  if (!all) implementation_->log->set_level(spdlog::level::warn);
}

void stderr_log::info(const std::string& line) {
  implementation_->log->info("{}", shown(line, log_line_bytes_max));
}

void stderr_log::warning(const std::string& line) {
  implementation_->log->warn("{}", shown(line, log_line_bytes_max));
}

void log_to_stderr(client& pravega, const config& settings) {
  if (parse_log_level(settings.log_level).value_or(log_level::off) == log_level::off) return;
  // The library's threads must not wait for the reader of stderr.
  auto thread = std::make_shared<spdlog::details::thread_pool>(waiting_lines_max, 1);
  auto log = std::make_shared<spdlog::async_logger>(
      "client", stderr_logger("client")->sinks().front(), thread,
      spdlog::async_overflow_policy::overrun_oldest);
  log->set_level(spdlog::level::debug);
  pravega.log_to([thread, log](log_level level, std::string_view line) {
    log->log(level_for_spdlog(level), "{}", shown(line, log_line_bytes_max));
  });
}

}  // namespace pravega_actor::tool
