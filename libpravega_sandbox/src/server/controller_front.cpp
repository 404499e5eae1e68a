#include "server/controller_front.hpp"

#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <utility>

#include "core/background_thread.hpp"
#include "server/server_limits.hpp"

namespace pravega_sandbox {

using pravega_actor::error;

namespace {

std::shared_ptr<::grpc::ServerCredentials> credentials_of(const certificate* shown) {
  if (shown == nullptr) return ::grpc::InsecureServerCredentials();
  ::grpc::SslServerCredentialsOptions options{GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE};
  options.pem_key_cert_pairs.push_back({shown->key_pem, shown->certificate_pem});
  return ::grpc::SslServerCredentials(options);
}

}  // namespace

controller_front::controller_front(asio::io_context& io, access_gate& gate, poster post,
                                   std::size_t bytes_max)
    : gate_{gate},
      post_{std::move(post)},
      bytes_max_{bytes_max},
      listener_{io, server_limits::controller_connections_max} {}

result<void> controller_front::open(const asio::ip::tcp::endpoint& address,
                                    const certificate* shown) {
  if (auto done = listener_.listen(address); !done) return done.error();
  return start_server(shown);
}

result<void> controller_front::show(const certificate& shown) {
  if (members_.size() >= server_limits::certificates_max)
    return error{errc::limit_exceeded, "too many certificates one after the other"};
  return start_server(&shown);
}

result<void> controller_front::start_server(const certificate* shown) {
  ::grpc::ServerBuilder builder;
  auto side = controller_listener::add_to(builder, credentials_of(shown));
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             static_cast<int>(server_limits::handshake_max.count()));
  ::grpc::ResourceQuota quota;
  builder.SetResourceQuota(quota.Resize(bytes_max_));
  member made{std::make_unique<grpc_service>(gate_, post_), nullptr};
  builder.RegisterCallbackGenericService(made.service.get());
  made.server = builder.BuildAndStart();
  if (!made.server) return error{errc::io_error, "gRPC does not start its server"};
  members_.push_back(std::move(made));
  listener_.serve_with(std::move(side));
  return {};
}

std::uint64_t controller_front::calls() const {
  std::uint64_t all = 0;
  for (const auto& each : members_)
    all += each.service->calls();
  return all;
}

// Where the system refused gRPC one of its threads, its end never comes; without a thread to do
// it, the server is kept.
bool controller_front::end() {
  bool ended = true;
  for (auto& each : members_) {
    auto* const server = each.server.release();
    if (server == nullptr) continue;
    const auto end_one = [server] {
      server->Shutdown(std::chrono::system_clock::now());
      delete server;
    };
    ended &= pravega_actor::internal::run_in_background(end_one, server_limits::end_max) ==
             pravega_actor::internal::background_end::done;
  }
  return ended;
}

}  // namespace pravega_sandbox
