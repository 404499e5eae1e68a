#include <string>
#include <string_view>

#include "core/config_table.hpp"
#include "pravega_actor/config.hpp"
#include "pravega_actor/error.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

// A cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string escaped{"| "};
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped += ' ';
}

std::string code(std::string_view text) {
  return std::string{"`"}.append(text).append("`");
}

constexpr std::string_view config_preface = R"(# Configuration

Give a key as an option, in a file, as an environment variable, or after the `?` of the
controller's URI. Options beat the file, the file beats the environment, the environment beats
the URI, and the URI beats built-in values. An unknown key or an invalid value is an error.

- File: lines `key = value`; `#` begins a comment.
- Environment: `PRAVEGA_ACTOR_` and the key in capitals, for example
  `PRAVEGA_ACTOR_CONNECT_TIMEOUT_MS=2000`. `PRAVEGA_CONTROLLER_URI` works too; it may have a
  query like the URI.
- URI: `tcp://host:port[,host:port]?key=value&key=value`; `tls` (or `ssl`) instead of `tcp` for
  TLS. With the scheme `pravega`, or `pravegas` for TLS, the client asks these addresses for
  further controllers.

Each key ends with its unit. Rules between keys: `keep_alive_interval_ms` is less than
`liveness_timeout_ms`; `backoff_initial_ms` does not exceed `backoff_max_ms`;
`writer_block_bytes_max` does not exceed `writer_outstanding_bytes_max`; `tls_certificate_file`
and `tls_key_file` are both set, or neither. A client authenticates in one way: `auth_user` with
`auth_password_file`, or `auth_token_file`, or `auth_method` with `auth_token`; of several, the
one from the strongest source counts. The Java client's variables `pravega_client_auth_method`
and `pravega_client_auth_token` work as well. `auth_token` must not stand in a URI.

| key | default | allowed | meaning |
|---|---|---|---|
)";

constexpr std::string_view error_preface = R"(# Errors

Every call that can fail returns one of these codes, with a detail, the stage of the failure,
the addresses concerned and the request id. *Retriable*: the same call may succeed later; the
library has already retried within its own deadline. *Fatal*: the object that reports the error
can no longer be used.

| code | retriable | fatal | meaning | what to do |
|---|---|---|---|---|
)";

}  // namespace

std::string config_reference_page() {
  const config defaults;
  std::string page{config_preface};
  for (const auto& row : config_rows()) {
    const auto value = config_value(defaults, row);
    page.append(cell(code(row.key)))
        .append(cell(value.empty() ? value : code(value)))
        .append(cell(allowed_values(row)))
        .append(cell(row.sentence))
        .append("|\n");
  }
  return page;
}

std::string error_reference_page() {
  std::string page{error_preface};
  const auto add = [&page](errc at) {
    page.append(cell(code(to_string(at))))
        .append(cell(is_retriable(at) ? "yes" : "no"))
        .append(cell(is_fatal(at) ? "yes" : "no"))
        .append(cell(describe(at)))
        .append(cell(advice(at)))
        .append("|\n");
  };
#define X(name, retriable, fatal, sentence, advice) add(errc::name);
  PRAVEGA_ACTOR_ERRORS(X)
#undef X
  return page;
}

}  // namespace pravega_actor
