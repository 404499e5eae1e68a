// What all verbs share: their options, how they get at the configuration, how they end.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "exit_codes.hpp"
#include "pravega_actor/client.hpp"

namespace CLI {
class App;
}

namespace pravega_actor::tool {

/// Options that every verb takes.
struct common_options {
  std::string controller;
  std::vector<std::string> config_files;
  std::vector<std::string> settings;
  bool json = false;
  bool quiet = false;
};

/// What `parse` found: the verb that is wanted, ready to run.
struct command_line {
  common_options common;
  std::function<result<exit_code>()> run;
};

/// The options that lead to a server and the settings of the library.
void add_common_options(CLI::App& verb, common_options& into);
void add_json_option(CLI::App& verb, common_options& into);

/// "SCOPE/STREAM", as an argument or as --stream; required.
void add_stream_option(CLI::App& verb, std::string& into);

/// Environment, files and options together.
[[nodiscard]] result<config_builder> read_configuration(const common_options& common);
[[nodiscard]] result<config> configuration_of(const common_options& common);
/// Whether to draw at the same place of a terminal again and again: not if --quiet is given,
/// and not where log lines come in between.
[[nodiscard]] bool draws_live(const common_options& common, const config& settings);
/// A client that logs on stderr.
[[nodiscard]] result<client> open_client(const config& settings);
[[nodiscard]] result<client> open_client(const common_options& common);

// Each adds one verb; its callback sets `line.run`.
void add_bench_verb(CLI::App& app, command_line& line);
void add_config_verb(CLI::App& app, command_line& line);
void add_demo_verb(CLI::App& app, command_line& line);
void add_read_verb(CLI::App& app, command_line& line);
void add_sandbox_verb(CLI::App& app, command_line& line);
void add_stream_verb(CLI::App& app, command_line& line);
void add_verify_verb(CLI::App& app, command_line& line);
void add_write_verb(CLI::App& app, command_line& line);

}  // namespace pravega_actor::tool
