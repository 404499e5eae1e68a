// Log lines on stderr.
#pragma once

#include <memory>
#include <string>

#include "pravega_actor/client.hpp"

namespace spdlog {
class logger;
}

namespace pravega_actor::tool {

/// Lines begin with their time (UTC, ISO 8601) and level. It takes every level.
[[nodiscard]] std::shared_ptr<spdlog::logger> stderr_logger(const std::string& name);

/// Prints what happens in the client on stderr, a line each, up to the configured
/// `log_level`; nothing if that is `off`.
void log_to_stderr(client& pravega, const config& settings);

}  // namespace pravega_actor::tool
