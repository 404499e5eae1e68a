// What all verbs share: their options, how they get at the configuration, how they end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/option_table.hpp"
#include "pravega_actor/client.hpp"

namespace pravega_actor::tool {

/// Options that every verb takes.
struct common_options {
  std::string controller;
  std::string auth_user;
  std::string auth_password_file;
  std::string auth_token_file;
  std::vector<std::string> config_files;
  std::vector<std::string> settings;
  std::string tls_trust_store;
  /// Connect to servers whose certificate is for another name.
  bool insecure = false;
  /// Longest time to wait for servers, in seconds; 0: as configured.
  double timeout_s = 0;
  bool json = false;
  bool quiet = false;
};

/// The options that lead to a server and the settings of the library.
void add_common_options(verb_row& verb, common_options& into);
void add_timeout_option(verb_row& verb, common_options& into);
void add_json_option(verb_row& verb, common_options& into);

/// "SCOPE/STREAM", as an argument or as --stream; required.
void add_stream_option(verb_row& verb, std::string& into);

/// Environment, files and options together.
[[nodiscard]] result<config_builder> read_configuration(const common_options& common);
[[nodiscard]] result<config> configuration_of(const common_options& common);
/// Lets nothing wait longer than --timeout, if that is given.
void apply_timeout(const common_options& common, config& settings);
/// Says on stderr, also with --quiet, that host names are not checked, if that is configured.
void warn_if_insecure(const config& settings);
/// Whether to draw at the same place of a terminal again and again: not if --quiet is given,
/// and not where log lines come in between.
[[nodiscard]] bool draws_live(const common_options& common, const config& settings);

/// A client that logs on stderr, and what it was configured with. The end of the session closes
/// the client; a stop signal ends that wait.
class session {
 public:
  [[nodiscard]] static result<session> open(const common_options& common);
  [[nodiscard]] static result<session> open(const common_options& common, config settings);
  session(session&&) = default;
  session& operator=(session&&) = delete;
  ~session();

  [[nodiscard]] client& pravega() noexcept { return *pravega_; }
  [[nodiscard]] stream_manager streams() const { return pravega_->streams(); }
  [[nodiscard]] const config& settings() const noexcept { return settings_; }
  [[nodiscard]] const std::string& controller() const noexcept {
    return settings_.controller_uri;
  }

 private:
  session(client pravega, config settings)
      : pravega_{std::move(pravega)}, settings_{std::move(settings)} {}
  std::optional<client> pravega_;
  config settings_;
};

// Each adds one verb, which refers to `common`.
void add_bench_verb(verb_row& root, common_options& common);
void add_config_verb(verb_row& root, common_options& common);
void add_demo_verb(verb_row& root, common_options& common);
void add_event_verb(verb_row& root, common_options& common);
void add_group_verb(verb_row& root, common_options& common);
void add_read_verb(verb_row& root, common_options& common);
void add_sandbox_verb(verb_row& root, common_options& common);
void add_stream_verb(verb_row& root, common_options& common);
void add_transaction_verb(verb_row& root, common_options& common);
void add_verify_verb(verb_row& root, common_options& common);
void add_write_verb(verb_row& root, common_options& common);

}  // namespace pravega_actor::tool
