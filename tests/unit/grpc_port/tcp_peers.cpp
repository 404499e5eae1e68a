#include "tcp_peers.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace pravega_actor::test {
namespace {

constexpr int tick_ms = 2;

sockaddr_in address_of(int port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  return to;
}

// A server that has just stopped on the port may still be about to close it.
constexpr int bind_attempts_max = 2000;

int listen_on(int port, int& bound) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto at = address_of(port);
  socklen_t length = sizeof at;
  for (int i = 0; i < bind_attempts_max; ++i) {
    if (::bind(fd, reinterpret_cast<sockaddr*>(&at), length) == 0) break;
    ::poll(nullptr, 0, tick_ms);
  }
  const bool up = ::listen(fd, 64) == 0 &&
                  ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &length) == 0;
  bound = up ? ntohs(at.sin_port) : 0;
  return fd;
}

bool readable(int fd) {
  pollfd one{fd, POLLIN, 0};
  return ::poll(&one, 1, tick_ms) > 0;
}

}  // namespace

banner_server::banner_server(std::string bytes, bool holds, int port)
    : bytes_{std::move(bytes)}, holds_{holds}, listening_{listen_on(port, port_)} {
  thread_ = std::thread{[this] { run(); }};
}

banner_server::~banner_server() {
  stopped_ = true;
  thread_.join();
  for (const int fd : held_)
    ::close(fd);
  ::close(listening_);
}

void banner_server::run() {
  while (!stopped_) {
    if (!readable(listening_)) continue;
    const int fd = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) continue;
    (void)::send(fd, bytes_.data(), bytes_.size(), MSG_NOSIGNAL);
    ++accepted_;
    if (holds_)
      held_.push_back(fd);
    else
      ::close(fd);
  }
}

swallowing_proxy::swallowing_proxy(int to) : to_{to}, listening_{listen_on(0, port_)} {
  thread_ = std::thread{[this] { run(); }};
}

swallowing_proxy::~swallowing_proxy() {
  stopped_ = true;
  thread_.join();
  for (const auto& each : pairs_) {
    ::close(each.client);
    ::close(each.server);
  }
  ::close(listening_);
}

void swallowing_proxy::pump(pair& one, bool from_client) {
  std::array<char, 65536> bytes{};
  const int from = from_client ? one.client : one.server;
  const int to = from_client ? one.server : one.client;
  const auto got = ::recv(from, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got > 0 && one.generation == generation_) {
    (void)::send(to, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
  } else if (got == 0) {
    ::shutdown(to, SHUT_WR);
    one.generation = -1;
  }
}

void swallowing_proxy::run() {
  while (!stopped_) {
    std::vector<pollfd> all{{listening_, POLLIN, 0}};
    for (const auto& each : pairs_) {
      const bool over = each.generation < 0;
      all.push_back({over ? -1 : each.client, POLLIN, 0});
      all.push_back({over ? -1 : each.server, POLLIN, 0});
    }
    if (::poll(all.data(), all.size(), tick_ms) <= 0) continue;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      for (const bool from_client : {true, false})
        if ((all[1 + 2 * i + (from_client ? 0 : 1)].revents & POLLIN) != 0)
          pump(pairs_[i], from_client);
    }
    if (all.front().revents == 0) continue;
    const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto at = address_of(to_);
    (void)::connect(server, reinterpret_cast<const sockaddr*>(&at), sizeof at);
    pairs_.push_back({client, server, generation_});
  }
}

}  // namespace pravega_actor::test
