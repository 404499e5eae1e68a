#include "core/logger.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

using lines = std::vector<std::pair<log_level, std::string>>;

log_sink into(lines& taken) {
  return [&taken](log_level level, std::string_view text) { taken.emplace_back(level, text); };
}

}  // namespace

TEST_CASE("a logger lets through its level and the ones before it") {
  lines taken;
  const logger log{log_level::warning, into(taken)};
  log.error([] { return "one"; });
  log.warning([] { return std::string{"two"}; });
  log.info([] { return "three"; });
  log.debug([] { return "four"; });
  CHECK(taken == lines{{log_level::error, "one"}, {log_level::warning, "two"}});
  CHECK(log.enabled(log_level::warning));
  CHECK_FALSE(log.enabled(log_level::info));
  CHECK_FALSE(log.enabled(log_level::off));
}

TEST_CASE("a line that is off is not even made") {
  lines taken;
  int made = 0;
  const auto line = [&made] {
    ++made;
    return "line";
  };
  logger{}.error(line);
  logger{log_level::off, into(taken)}.error(line);
  logger{log_level::debug, nullptr}.error(line);
  logger{log_level::error, into(taken)}.debug(line);
  CHECK(made == 0);
  CHECK(taken.empty());
  CHECK_FALSE(logger{log_level::debug, nullptr}.enabled(log_level::error));
}

TEST_CASE("copies share the sink, and what a sink throws stays inside") {
  lines taken;
  const logger first{log_level::debug, into(taken)};
  const logger second = first;
  second.debug([] { return "x"; });
  CHECK(taken.size() == 1);
  const logger broken{log_level::debug,
                      [](log_level, std::string_view) { throw std::runtime_error{"full"}; }};
  CHECK_NOTHROW(broken.error([] { return "x"; }));
}
