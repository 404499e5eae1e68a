#include "server/controller_listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <utility>

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

controller_listener::server_side controller_listener::add_to(
    ::grpc::ServerBuilder& builder, std::shared_ptr<::grpc::ServerCredentials> shown) {
  using type = ::grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  return builder.experimental().AddExternalConnectionAcceptor(type::FROM_FD, std::move(shown));
}

void controller_listener::take(int descriptor) {
  const auto known = [this] { return handed_over_.size() + waiting_.size(); };
  if (known() >= connections_max_) forget_closed();
  if (known() >= connections_max_)
    ::close(descriptor);
  else if (stalled_)
    waiting_.push_back(descriptor);
  else
    hand_over(descriptor);
}

void controller_listener::stall(bool stalled) {
  stalled_ = stalled;
  if (stalled) return;
  for (const int each : std::exchange(waiting_, {}))
    hand_over(each);
}

void controller_listener::stop() {
  acceptor_.stop();
  for (const int each : std::exchange(waiting_, {}))
    ::close(each);
}

void controller_listener::hand_over(int descriptor) {
  const auto socket = socket_of(descriptor);
  if (!socket || !server_side_ || !has_peer(descriptor)) {
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
