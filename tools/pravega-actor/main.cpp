// pravega-actor: the command-line tool.
#include <fcntl.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "command_line.hpp"
#include "pravega_actor/version.hpp"
#include "report.hpp"
#include "signals.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t help_column = 32;
constexpr const char* about =
    "Writes, reads, checks and measures Pravega streams.\n"
    "`pravega-actor VERB --help` tells more about each verb.";

/// Options as "--name TYPE", with ranges left to the errors, and defaults behind the
/// description.
class help_formatter final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return {};
    const auto type = option->get_type_name();
    const auto name = type.substr(0, type.find(':'));
    const bool number = name == "INT" || name == "UINT" || name == "FLOAT";
    const std::string shown = number ? "N" : name == "TEXT" ? "TEXT" : name;
    return " " + shown;
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    const auto value = option->get_default_str();
    const bool tell = !value.empty() && value != "\"\"";
    return option->get_description() + (tell ? " (default: " + value + ")" : "");
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    auto usage = CLI::Formatter::make_usage(app, std::move(name));
    return "\n" + usage;
  }
};

std::string failure_text(const CLI::App* failed, const CLI::Error& reason) {
  std::string text{reason.what()};
  std::string path = failed->get_name();
  for (auto verbs = failed->get_subcommands(); !verbs.empty();
       verbs = failed->get_subcommands()) {
    failed = verbs.front();
    path += " " + failed->get_name();
  }
  const auto left = failed->remaining();
  const bool verb_missing = text == "A subcommand is required";
  if (verb_missing)
    text = left.empty() ? "a verb is missing" : "there is no verb \"" + left.front() + "\"";
  return "pravega-actor: " + text + "\nSee `" + path + " --help`.\n";
}

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
  app.failure_message(failure_text);
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

// A standard descriptor that is closed would become a socket's: what is printed would go there.
// What takes its place can neither be read (0) nor written (1 and 2).
void hold_standard_descriptors() {
  for (const int descriptor : {0, 1, 2})
    if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
      static_cast<void>(::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY));
}

int run(int argc, char** argv) {
  hold_standard_descriptors();
  command_line line;
  CLI::App app{about};
  auto formatter = std::make_shared<help_formatter>();
  formatter->column_width(help_column);
  app.formatter(formatter);
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
  return static_cast<int>(exit_code_of(outcome.error()));
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
