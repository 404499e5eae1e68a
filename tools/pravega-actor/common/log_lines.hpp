// Log lines on stderr.
#pragma once

#include <memory>
#include <string>

#include "pravega_actor/client.hpp"

namespace pravega_actor::tool {

/// Lines of the tool's own on stderr. They begin with their time (UTC, ISO 8601) and level.
class stderr_log {
 public:
  /// Without `all`, warnings only.
  explicit stderr_log(bool all);
  void info(const std::string& line);
  void warning(const std::string& line);

 private:
  struct implementation;
  std::shared_ptr<implementation> implementation_;
};

/// Prints what happens in the client on stderr, a line each, up to the configured
/// `log_level`; nothing if that is `off`.
void log_to_stderr(client& pravega, const config& settings);

}  // namespace pravega_actor::tool
