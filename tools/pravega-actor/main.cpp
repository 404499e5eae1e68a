// pravega-actor: the command-line tool.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "command_line.hpp"
#include "pravega_actor/version.hpp"
#include "report.hpp"
#include "signals.hpp"

namespace pravega_actor::tool {

namespace {

constexpr const char* about =
    "Writes, reads, checks and measures Pravega streams.\n"
    "`pravega-actor VERB --help` tells more about each verb.";

std::string footer() {
  return "Examples:\n"
         "  pravega-actor demo\n"
         "  pravega-actor sandbox &\n"
         "  pravega-actor write --create logs/dpkg --key-field 4 < /var/log/dpkg.log\n"
         "  pravega-actor read logs/dpkg --format '%s %o %e%n'\n"
         "\n"
         "Configuration: PRAVEGA_ACTOR_<KEY> variables, PRAVEGA_CONTROLLER_URI, --config, "
         "--set;\n"
         "`pravega-actor config` shows what is in force. Exit codes:\n" +
         exit_code_lines();
}

void add_verbs(CLI::App& app, command_line& line) {
  app.name("pravega-actor");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string{version()}, "Print the version");
  app.footer(footer());
  app.get_formatter()->column_width(34);
  app.failure_message([](const CLI::App* failed, const CLI::Error& reason) {
    return "pravega-actor: " + std::string{reason.what()} + "\nSee `" +
           (failed->get_name() == "pravega-actor" ? "" : "pravega-actor ") +
           failed->get_name() + " --help`.\n";
  });
  add_common_options(app, line.common);
  add_write_verb(app, line);
  add_read_verb(app, line);
  add_stream_verb(app, line);
  add_verify_verb(app, line);
  add_bench_verb(app, line);
  add_demo_verb(app, line);
  add_sandbox_verb(app, line);
  add_config_verb(app, line);
}

int run(int argc, char** argv) {
  command_line line;
  CLI::App app{about};
  add_verbs(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& reason) {
    const int code = app.exit(reason);
    return code == 0 ? 0 : static_cast<int>(exit_code::usage);
  }
  install_signal_handlers();
  auto outcome = line.run();
  if (outcome) return static_cast<int>(*outcome);
  report_error(line.common, outcome.error());
  return static_cast<int>(exit_code_of(outcome.error().code()));
}

}  // namespace

}  // namespace pravega_actor::tool

int main(int argc, char** argv) {
  using pravega_actor::tool::exit_code;
  try {
    return pravega_actor::tool::run(argc, argv);
  } catch (const std::exception& reason) {
    std::fprintf(stderr, "pravega-actor: internal error: %s\n", reason.what());
    return static_cast<int>(exit_code::internal);
  }
}
