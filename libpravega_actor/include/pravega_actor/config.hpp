// The configuration: one table of keys, with values from URI, environment, file and options.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/endpoint.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/secret.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

// clang-format off
/// The table of all keys: X(name, type, default, min, max, sentence). Units are the last part of a
/// name. Types: text (std::string), number (std::int64_t), ratio (double), secret (see secret.hpp).
/// docs/generated/configuration.md is made from this table.
#define PRAVEGA_ACTOR_CONFIG(X)                                                                      \
  X(controller_uri, text, "tcp://127.0.0.1:9090", 0, 0, "address of the controller") \
  X(controller_call_timeout_ms, number, 30000, 1, 3600000, "longest time for one controller call with all its retries, unless its caller sets one") \
  X(controller_attempt_timeout_ms, number, 10000, 1, 3600000, "longest time for one attempt of a controller call") \
  X(connect_timeout_ms, number, 5000, 1, 600000, "longest time for a TCP connection to a segment store") \
  X(handshake_timeout_ms, number, 5000, 1, 600000, "longest time for Hello and for the set-up of a writer") \
  X(request_timeout_ms, number, 30000, 1, 3600000, "longest time for one request to a segment store") \
  X(keep_alive_interval_ms, number, 1000, 10, 600000, "time after which an idle connection gets a KeepAlive, at most a third of liveness_timeout_ms") \
  X(liveness_timeout_ms, number, 6000, 20, 3600000, "time after which a silent connection that owes an answer is given up") \
  X(backoff_initial_ms, number, 10, 1, 60000, "delay after the first failure in a row") \
  X(backoff_max_ms, number, 1000, 1, 600000, "longest delay between two attempts") \
  X(backoff_multiplier, ratio, 2.0, 1, 100, "growth of the delay from one failure to the next") \
  X(backoff_jitter, ratio, 0.25, 0, 1, "random part of each delay") \
  X(connections_per_store_max, number, 10, 1, 1000, "pooled connections to one segment store for readers and requests") \
  X(writer_outstanding_bytes_max, number, 33554432, 8388616, 68719476736, "largest number of bytes of one writer that are not yet durable; above it a write waits or returns would_block") \
  X(writer_outstanding_events_max, number, 4194304, 1, 1073741824, "largest number of events of one writer that are not yet completed") \
  X(writers_outstanding_bytes_max, number, 1073741824, 8388616, 1099511627776, "largest number of bytes of all writers of a client that are not yet durable, transactions included; above it each of them may have one write under way") \
  X(writer_block_bytes_max, number, 1048576, 4096, 8388616, "largest block of events sent at once (one larger event travels alone)") \
  X(writer_blocks_in_flight_max, number, 16, 1, 1024, "largest number of blocks of one segment that wait for their acknowledgement") \
  X(writer_recovery_timeout_ms, number, 120000, 1, 86400000, "time after which a writer that cannot reach a segment gives up") \
  X(close_timeout_ms, number, 30000, 1, 86400000, "longest time that close() waits for events to become durable") \
  X(reader_request_bytes, number, 2097152, 8, 2097152, "bytes requested in one read of a segment") \
  X(reader_prefetch_slices, number, 2, 1, 64, "slices of one segment to prefetch") \
  X(reader_recovery_timeout_ms, number, 120000, 1, 86400000, "time after which a reader that cannot reach a segment reports an error") \
  X(restart_intensity_max, number, 10, 0, 100000, "restarts of supervised actors within the period after which their supervisor gives up") \
  X(restart_period_ms, number, 10000, 1, 86400000, "period of restart_intensity_max") \
  X(tls_to_controller, text, "scheme", 0, 0, "TLS to controllers: on, off, or as the scheme of controller_uri says") \
  X(tls_to_segment_stores, text, "scheme", 0, 0, "TLS to segment stores: on, off, or as the scheme of controller_uri says") \
  X(tls_trust_store_file, text, "", 0, 0, "PEM file with the certificates that are trusted (of a CA, or of the server itself); empty: those of the system") \
  X(tls_host_name_check, text, "on", 0, 0, "whether a server's certificate must be for the name or address that the client connects to") \
  X(tls_certificate_file, text, "", 0, 0, "PEM file with the client's certificate, and the certificates that lead to its CA; empty: none") \
  X(tls_key_file, text, "", 0, 0, "PEM file with the private key of tls_certificate_file, without a passphrase") \
  X(auth_user, text, "", 0, 0, "user for the authentication method Basic, together with auth_password_file") \
  X(auth_password_file, text, "", 0, 0, "file with the password of auth_user; read again when it changes") \
  X(auth_token_file, text, "", 0, 0, "file with a token for the authentication method Bearer; read again when it changes") \
  X(auth_method, text, "", 0, 0, "authentication method of auth_token, as the Java client has it: Basic, Bearer or one of the server's own") \
  X(auth_token, secret, {}, 0, 0, "token for auth_method, for Basic the base64 of user:password; rather use a file") \
  X(log_level, text, "off", 0, 0, "how much is logged; the log sink decides where the lines go")
// clang-format on

/// The configuration: one member for each row of the table. An object copies the values when it
/// is made; later changes do not affect it.
struct config {
  using text = std::string;
  using number = std::int64_t;
  using ratio = double;
  using secret = pravega_actor::secret;
#define X(name, type, default_value, min, max, sentence) type name = default_value;
  PRAVEGA_ACTOR_CONFIG(X)
#undef X
  friend bool operator==(const config&, const config&) = default;
};

/// Checks ranges, texts and the rules between keys, for a `config` that was filled by hand.
/// Objects that take a `config` refuse one that fails this check. The error is
/// invalid_configuration.
[[nodiscard]] result<void> check(const config& values);

/// The source of a value.
enum class config_origin : std::uint8_t { built_in, uri, environment, file, option };
[[nodiscard]] std::string_view to_string(config_origin origin) noexcept;

/// Collects values from several sources, the strongest first: options, file, environment, URI,
/// built-in defaults. Within one source the last value counts. Of several ways to authenticate
/// (auth_user, auth_token_file, auth_method), the one from the strongest source counts, with no
/// key of the others.
///
/// Unknown keys and values out of range are errors (invalid_configuration). The error names
/// key, range and source, and suggests the nearest known key. It repeats the value only if that
/// is a number: any other value may be a misplaced password. A URI must not have auth_token. A
/// failed call may already have taken the values before the mistake. Not thread-safe.
class config_builder {
 public:
  /// "tcp://host:port[,host:port][?key=value&...]"; the keys after '?' are those of the table.
  [[nodiscard]] result<void> add_uri(std::string_view uri);
  /// Takes PRAVEGA_ACTOR_<KEY IN CAPITALS> and PRAVEGA_CONTROLLER_URI. The latter may have a
  /// query as in `add_uri`; PRAVEGA_ACTOR_ names beat it. The Java client's
  /// pravega_client_auth_method and pravega_client_auth_token count, too, unless there is a
  /// PRAVEGA_ACTOR_AUTH_ name. `variables` are "NAME=value" texts. Other variables and empty
  /// ones are ignored.
  [[nodiscard]] result<void> add_environment(const std::vector<std::string>& variables);
  /// The text of a file: "key = value" lines, each key once at most. '#' begins a comment at
  /// the start of a line or after a space. Errors show `name`.
  [[nodiscard]] result<void> add_file_text(std::string_view text, std::string_view name);
  /// Reads the file (at most limits::config_file_bytes_max) and calls `add_file_text`.
  [[nodiscard]] result<void> add_file(const std::string& path);
  [[nodiscard]] result<void> add_option(std::string_view key, std::string_view value);

  /// Checks the values together and returns them.
  [[nodiscard]] result<config> build() const;

  struct entry {
    std::string key;
    /// Of a secret: "(set)", or "" if it is not set.
    std::string value;
    std::string default_value;
    config_origin origin = config_origin::built_in;
    /// The variable, the file and line, or the option that gave the value; "" if built in.
    std::string source;
    std::string sentence;
    bool is_secret = false;
  };
  /// All keys in the order of the table, each with its value and origin.
  [[nodiscard]] std::vector<entry> dump() const;

 private:
  struct given {
    std::string value;
    /// Instead of `value`, of a secret.
    secret hidden;
    config_origin origin = config_origin::built_in;
    std::string source;
  };
  using given_values = std::map<std::string, given, std::less<>>;
  result<void> set(std::string_view key, std::string_view value, config_origin origin,
                   std::string source);
  result<void> set_uri(std::string_view uri, config_origin origin, const std::string& source);
  [[nodiscard]] given_values effective() const;
  given_values given_;
};

/// The reference page of all keys (Markdown).
[[nodiscard]] std::string config_reference_page();
/// The reference page of all errors (Markdown).
[[nodiscard]] std::string error_reference_page();

/// The controller's addresses in `controller_uri`.
struct controller_address {
  /// In lower case: "tcp", "tls" or "ssl"; "pravega" or "pravegas" if any of the endpoints may
  /// name further controllers.
  std::string scheme;
  /// Whether the scheme stands for TLS: "tls", "ssl" and "pravegas" do.
  bool secure = false;
  /// Whether any of the endpoints may name further controllers.
  bool discovers = false;
  /// 1 to limits::controller_addresses_max.
  std::vector<endpoint> endpoints;
};
/// Parses "scheme://host:port[,host:port]". It refuses user information ("user:password@host").
/// The error is invalid_configuration and does not repeat the URI.
[[nodiscard]] result<controller_address> parse_controller_uri(std::string_view uri);

}  // namespace pravega_actor
