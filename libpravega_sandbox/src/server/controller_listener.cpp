#include "server/controller_listener.hpp"

#include <grpcpp/security/server_credentials.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

namespace pravega_sandbox {

namespace {

std::optional<ino_t> socket_of(int descriptor) {
  struct stat found {};
  if (::fstat(descriptor, &found) != 0 || !S_ISSOCK(found.st_mode)) return std::nullopt;
  return found.st_ino;
}

// gRPC prints a line about a peer that has left already.
bool has_peer(int descriptor) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

}  // namespace

controller_listener::controller_listener(asio::io_context& io, std::size_t connections_max)
    : connections_max_{connections_max}, acceptor_{io, [this](int descriptor) {
                                                     take(descriptor);
                                                   }} {}

void controller_listener::add_to(::grpc::ServerBuilder& builder) {
  using type = ::grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  server_side_ = builder.experimental().AddExternalConnectionAcceptor(
      type::FROM_FD, ::grpc::InsecureServerCredentials());
}

void controller_listener::take(int descriptor) {
  if (handed_over_.size() >= connections_max_) forget_closed();
  const auto socket = socket_of(descriptor);
  const bool full = handed_over_.size() >= connections_max_;
  if (full || !socket || !server_side_ || !has_peer(descriptor)) {
    ::close(descriptor);
    return;
  }
  const int on = 1;
  (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  handed_over_[descriptor] = *socket;
  ::grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters taken;
  taken.fd = descriptor;
  server_side_->HandleNewConnection(&taken);
}

// gRPC does not report when it closes a connection. A descriptor that has become another
// socket, or none, shows it.
void controller_listener::forget_closed() {
  std::erase_if(handed_over_,
                [](const auto& each) { return socket_of(each.first) != each.second; });
}

std::size_t controller_listener::open() {
  forget_closed();
  return handed_over_.size();
}

}  // namespace pravega_sandbox
