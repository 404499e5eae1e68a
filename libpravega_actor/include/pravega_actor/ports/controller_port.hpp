// The controller port: one attempt of a call, over gRPC or in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "pravega_actor/credentials.hpp"
#include "pravega_actor/export.hpp"
#include "pravega_actor/ports/controller_calls.hpp"
#include "pravega_actor/ports/tls_settings.hpp"
#include "pravega_actor/result.hpp"
#include "pravega_actor/time.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// How a controller port proves who the client is.
enum class credential_use : std::uint8_t {
  /// It sends no credentials.
  none,
  /// It sends them over TLS, or only within this machine.
  safe,
  /// It sends them without TLS to another machine.
  exposed,
};

/// Makes one attempt of a call; the controller client retries. Thread-safe.
class controller_port {
 public:
  using callback = std::function<void(result<controller::reply>)>;
  virtual ~controller_port() = default;
  /// Starts a call. `done` is called exactly once, from any thread, but never from inside
  /// `start`. It gets deadline_exceeded a little after `timeout` at the latest. The reply holds
  /// the request's `reply` type.
  virtual void start(const controller::request& call, duration timeout, callback done) = 0;
  /// Ends all calls under way (each with `cancelled`) and waits until none is left.
  virtual void shut_down() = 0;
  /// "host:port[,host:port]" for errors.
  [[nodiscard]] virtual std::string address() const = 0;
  /// How many controllers a call may go to. Where there are several, an error that may be one
  /// controller's own (protocol_violation, limit_exceeded, unsupported_operation,
  /// certificate_rejected, tls_failed) names that controller alone, and the next attempts go to
  /// others if they can be reached.
  [[nodiscard]] virtual std::size_t controllers() const { return 1; }
  /// With credentials, the client has a delegation token for each request to a segment store.
  [[nodiscard]] virtual credential_use credentials_sent() const { return credential_use::none; }
};

/// Options of the gRPC implementation.
struct controller_port_options {
  /// A connection that owes an answer and is silent for this long is given up.
  duration liveness_timeout = milliseconds{6000};
  /// Whether to speak TLS. Empty: as the scheme of the URI says.
  std::optional<bool> secure{};
  tls_settings tls{};
  /// Who the client is; null: no credentials.
  std::shared_ptr<credentials> identity{};
};

/// The gRPC implementation. `uri` as in `config::controller_uri`. Errors: invalid_configuration
/// (the URI, or a file of `tls`).
[[nodiscard]] result<std::shared_ptr<controller_port>> make_grpc_controller_port(
    const std::string& uri, const controller_port_options& options = {});

}  // namespace pravega_actor
