#include "common/command_line.hpp"

#include <algorithm>
#include <utility>

#include "common/log_lines.hpp"
#include "common/report.hpp"
#include "common/waiting.hpp"

extern char** environ;  // NOLINT: POSIX

namespace pravega_actor::tool {

namespace {

constexpr const char* common_group = "Common options";
constexpr double timeout_s_min = 0.1;
/// What every timeout of the configuration takes.
constexpr double timeout_s_max = 3600;

result<void> add_pair(config_builder& builder, std::string_view pair, std::string_view what) {
  const auto equals = pair.find('=');
  if (equals == std::string_view::npos)
    return error{errc::invalid_configuration,
                 std::string{what}.append(" needs key=value, with a '='")}
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

void add_timeout_option(verb_row& verb, common_options& into) {
  verb.add("--timeout", into.timeout_s,
           "Longest wait for an answer of the servers, or for their return")
      .type("SECONDS")
      .range(timeout_s_min, timeout_s_max)
      .group(common_group);
}

void add_common_options(verb_row& verb, common_options& into) {
  verb.add("--controller", into.controller,
           "The controller's address: tcp://host:port[,host:port], or tls:// for TLS")
      .type("URI")
      .group(common_group);
  verb.add("--tls-trust-store", into.tls_trust_store,
           "Trust the certificates in this PEM file instead of the system's")
      .type("FILE")
      .group(common_group);
  verb.add("--insecure", into.insecure,
           "Do not check that a server's certificate is for its name: for tests only")
      .group(common_group);
  verb.add("--config", into.config_files, "A file of `key = value` lines")
      .type("FILE")
      .group(common_group);
  verb.add("--set", into.settings,
           "Set a configuration key; `pravega-actor config` lists the keys; repeatable")
      .type("KEY=VALUE")
      .group(common_group);
  verb.add("--auth-user", into.auth_user, "User for a controller with access control")
      .type("NAME")
      .group(common_group);
  verb.add("--auth-password-file", into.auth_password_file, "A file with the user's password")
      .type("FILE")
      .group(common_group);
  verb.add("--auth-token-file", into.auth_token_file,
           "A file with a Bearer token, instead of a user; read again when it changes")
      .type("FILE")
      .group(common_group);
  add_timeout_option(verb, into);
  verb.add("--quiet,-q", into.quiet, "Print only results and errors, no progress or notes")
      .group(common_group);
}

void add_json_option(verb_row& verb, common_options& into) {
  verb.add("--json", into.json, "Print results as JSON").group(common_group);
}

void add_stream_option(verb_row& verb, std::string& into) {
  verb.add("stream,--stream", into, "The stream, as an argument or with --stream (required)")
      .type("SCOPE/STREAM")
      .required();
}

result<config_builder> read_configuration(const common_options& common) {
  config_builder builder;
  if (auto added = builder.add_environment(environment_variables()); !added)
    return added.error();
  for (const auto& path : common.config_files) {
    const blocking_wait wait{common, for_file(path)};
    if (auto added = builder.add_file(path); !added) return added.error();
  }
  if (!common.controller.empty())
    if (auto added = add_controller(builder, common.controller); !added) return added.error();
  if (!common.tls_trust_store.empty())
    if (auto added = builder.add_option("tls_trust_store_file", common.tls_trust_store); !added)
      return added.error();
  if (common.insecure)
    if (auto added = builder.add_option("tls_host_name_check", "off"); !added)
      return added.error();
  const std::pair<std::string_view, const std::string&> flags[] = {
      {"auth_user", common.auth_user},
      {"auth_password_file", common.auth_password_file},
      {"auth_token_file", common.auth_token_file}};
  for (const auto& [key, value] : flags)
    if (!value.empty())
      if (auto added = builder.add_option(key, value); !added) return added.error();
  for (const auto& pair : common.settings)
    if (auto added = add_pair(builder, pair, "--set"); !added) return added.error();
  return builder;
}

void apply_timeout(const common_options& common, config& settings) {
  if (common.timeout_s <= 0) return;
  const auto limit_ms = static_cast<std::int64_t>(common.timeout_s * 1000);
  settings.controller_call_timeout_ms = limit_ms;
  settings.writer_recovery_timeout_ms = limit_ms;
  settings.reader_recovery_timeout_ms = limit_ms;
  for (auto* each : {&settings.controller_attempt_timeout_ms, &settings.connect_timeout_ms,
                     &settings.handshake_timeout_ms, &settings.request_timeout_ms,
                     &settings.close_timeout_ms})
    *each = std::min(*each, limit_ms);
}

result<config> configuration_of(const common_options& common) {
  auto builder = read_configuration(common);
  if (!builder) return builder.error();
  auto settings = builder->build();
  if (settings) apply_timeout(common, *settings);
  return settings;
}

void warn_if_insecure(const config& settings) {
  if (settings.tls_host_name_check != "off") return;
  print_error(
      "WARNING: the names in certificates are not checked (tls_host_name_check is off): "
      "whoever "
      "has any certificate of a trusted issuer can read and change all data.\n");
}

bool draws_live(const common_options& common, const config& settings) {
  return !common.quiet && parse_log_level(settings.log_level) == log_level::off;
}

result<session> session::open(const common_options& common, config settings) {
  warn_if_insecure(settings);
  const blocking_wait wait{common, for_local("the library to start")};
  auto opened = client::create(settings);
  if (!opened) return opened.error();
  log_to_stderr(*opened, settings);
  return session{std::move(*opened), std::move(settings)};
}

result<session> session::open(const common_options& common) {
  auto settings = configuration_of(common);
  if (!settings) return settings.error();
  return open(common, std::move(*settings));
}

session::~session() {
  if (!pravega_) return;
  const closing_wait wait;
  pravega_.reset();
}

}  // namespace pravega_actor::tool
