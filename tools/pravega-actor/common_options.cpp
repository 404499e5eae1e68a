#include <CLI/CLI.hpp>

#include "command_line.hpp"
#include "log_lines.hpp"

extern char** environ;  // NOLINT: POSIX

namespace pravega_actor::tool {

namespace {

constexpr const char* common_group = "Common options";

void append_to(std::vector<std::string>& all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

result<void> add_pair(config_builder& builder, std::string_view pair, std::string_view what) {
  const auto equals = pair.find('=');
  if (equals == std::string_view::npos)
    return error{errc::invalid_configuration,
                 std::string{what}.append(" takes key=value, with a '=' in it")}
        .with_stage(stage::configuration);
  return builder.add_option(pair.substr(0, equals), pair.substr(equals + 1));
}

// A URI of the command line is an option: it beats files and the environment.
result<void> add_controller(config_builder& builder, std::string_view uri) {
  const auto question = uri.find('?');
  if (auto added = builder.add_option("controller_uri", uri.substr(0, question)); !added)
    return added;
  if (question == std::string_view::npos) return {};
  auto query = uri.substr(question + 1);
  for (;;) {
    const auto end = query.find('&');
    if (auto added = add_pair(builder, query.substr(0, end), "--controller"); !added)
      return added;
    if (end == std::string_view::npos) return {};
    query.remove_prefix(end + 1);
  }
}

std::vector<std::string> environment_variables() {
  std::vector<std::string> all;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each)
    all.emplace_back(*each);
  return all;
}

}  // namespace

void add_common_options(CLI::App& verb, common_options& into) {
  verb.add_option("--controller", into.controller,
                  "Where the controller listens: tcp://host:port[,host:port]")
      ->type_name("URI")
      ->group(common_group);
  verb.add_option_function<std::vector<std::string>>(
          "--config",
          [&into](const std::vector<std::string>& files) {
            append_to(into.config_files, files);
          },
          "A file of `key = value` lines")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(common_group);
  verb.add_option_function<std::vector<std::string>>(
          "--set",
          [&into](const std::vector<std::string>& pairs) { append_to(into.settings, pairs); },
          "Set a key of the configuration; `pravega-actor config` lists them; repeatable")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(common_group);
  verb.add_flag("--quiet,-q", into.quiet, "No progress, no notes; only results and errors")
      ->group(common_group);
}

void add_json_option(CLI::App& verb, common_options& into) {
  verb.add_flag("--json", into.json, "Results as JSON")->group(common_group);
}

void add_stream_option(CLI::App& verb, std::string& into) {
  verb.add_option("stream,--stream", into, "The stream, as an argument or by name (required)")
      ->type_name("SCOPE/STREAM")
      ->required();
}

result<config_builder> read_configuration(const common_options& common) {
  config_builder builder;
  if (auto added = builder.add_environment(environment_variables()); !added)
    return added.error();
  for (const auto& path : common.config_files)
    if (auto added = builder.add_file(path); !added) return added.error();
  if (!common.controller.empty())
    if (auto added = add_controller(builder, common.controller); !added) return added.error();
  for (const auto& pair : common.settings)
    if (auto added = add_pair(builder, pair, "--set"); !added) return added.error();
  return builder;
}

result<config> configuration_of(const common_options& common) {
  auto builder = read_configuration(common);
  if (!builder) return builder.error();
  return builder->build();
}

bool draws_live(const common_options& common, const config& settings) {
  return !common.quiet && parse_log_level(settings.log_level) == log_level::off;
}

result<client> open_client(const config& settings) {
  auto opened = client::create(settings);
  if (opened) log_to_stderr(*opened, settings);
  return opened;
}

result<client> open_client(const common_options& common) {
  auto configuration = configuration_of(common);
  if (!configuration) return configuration.error();
  return open_client(*configuration);
}

}  // namespace pravega_actor::tool
