#include "client/system_ports.hpp"

#include <utility>

#include "core/blocked_signals.hpp"
#include "core/configured_credentials.hpp"
#include "core/forked_child.hpp"
#include "core/trial_resources.hpp"

namespace pravega_actor {

using namespace internal;

namespace {

/// The I/O thread, one that looks up names, one that ends gRPC's channels, one that waits for
/// credentials.
constexpr std::size_t port_threads = 4;
/// Of gRPC, of the event loop, and the first connections.
constexpr std::size_t port_descriptors = 16;
constexpr std::size_t port_bytes = 128u << 20;

// Before CAF or gRPC is touched: neither survives a refusal in the middle.
result<void> prepare_process(std::size_t system_threads) {
  if (in_forked_child()) return forked_child_error();
  watch_for_forks();
  return try_resources(
      {port_threads + grpc_threads() + system_threads, port_descriptors, port_bytes});
}

result<std::shared_ptr<connection_port>> make_connections(bool secure,
                                                          const tls_settings& settings) {
  if (secure) return make_tls_connection_port(settings);
  auto made = make_tcp_connection_port();
  if (!made)
    return error{errc::io_error, "no descriptor or thread for the event loop of connections"};
  return made;
}

result<client_ports> open_ports(const std::string& controller_uri,
                                const controller_port_options& options, bool secure_stores,
                                std::size_t system_threads) {
  if (auto prepared = prepare_process(system_threads); !prepared) return prepared.error();
  const blocked_signals inherited_by_all_threads;
  auto calls = make_grpc_controller_port(controller_uri, options);
  if (!calls) return calls.error();
  auto connections = make_connections(secure_stores, options.tls);
  if (!connections) return connections.error();
  return client_ports{make_system_environment(), std::move(*connections), std::move(*calls)};
}

bool chosen(const std::string& toggle, bool by_scheme) {
  return toggle == "scheme" ? by_scheme : toggle == "on";
}

}  // namespace

namespace internal {

result<tls_choice> tls_of(const config& configuration) {
  const auto address = parse_controller_uri(configuration.controller_uri);
  if (!address) return address.error();
  return tls_choice{
      chosen(configuration.tls_to_controller, address->secure),
      chosen(configuration.tls_to_segment_stores, address->secure),
      {configuration.tls_trust_store_file, configuration.tls_host_name_check == "on",
       configuration.tls_certificate_file, configuration.tls_key_file}};
}

result<client_ports> system_ports_of(const config& configuration,
                                     std::shared_ptr<credentials> identity,
                                     std::size_t system_threads) {
  if (auto valid = check(configuration); !valid) return valid.error();
  const auto tls = tls_of(configuration);
  if (!tls) return tls.error();
  const controller_port_options options{milliseconds{configuration.liveness_timeout_ms},
                                        tls->to_controller, tls->settings, std::move(identity)};
  return open_ports(configuration.controller_uri, options, tls->to_segment_stores,
                    system_threads);
}

}  // namespace internal

result<client_ports> make_system_ports(const config& configuration) {
  return unless_out_of_memory([&]() -> result<client_ports> {
    auto identity = configured_credentials(configuration);
    if (!identity) return identity.error();
    return system_ports_of(configuration, std::move(*identity), 0);
  });
}

result<client_ports> make_system_ports(const std::string& controller_uri,
                                       const controller_port_options& options) {
  return unless_out_of_memory([&]() -> result<client_ports> {
    const auto address = parse_controller_uri(controller_uri);
    if (!address) return address.error();
    return open_ports(controller_uri, options, options.secure.value_or(address->secure), 0);
  });
}

}  // namespace pravega_actor
