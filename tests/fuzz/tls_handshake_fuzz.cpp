// Bytes of a handshake with the sandbox under TLS. Input: the sizes of pieces (up to a zero),
// then what a client sends.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "server/server_stream.hpp"
#include "server/tls_context.hpp"

using namespace pravega_actor;
using namespace pravega_sandbox;
using fuzz::require;
using state = server_stream::state;

namespace {

std::shared_ptr<SSL_CTX> make_context() {
  const auto authority = certificate_authority::make();
  require(authority.has_value(), "an authority is made");
  const auto shown = authority->issue();
  require(shown.has_value(), "a certificate is made");
  auto context = make_tls_context(*shown);
  require(context.has_value(), "a certificate is taken");
  return *context;
}

/// Two ends that never wait.
struct socket_pair {
  int client = -1;
  int server = -1;
  socket_pair() {
    int both[2];
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, both) == 0, "sockets");
    client = both[0];
    server = both[1];
  }
  ~socket_pair() {
    ::close(client);
    ::close(server);
  }
};

/// All that the server has sent is records of TLS: handshakes, alerts or changes of ciphers.
void check_sent(int client, bool& is_first) {
  std::array<std::uint8_t, 16384> sent;
  for (;;) {
    const auto count = ::recv(client, sent.data(), sent.size(), MSG_DONTWAIT);
    if (count <= 0) return;
    if (is_first) require(sent[0] == 0x15 || sent[0] == 0x16, "a server sends records");
    is_first = false;
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto context = make_context();
  fuzz::input from{data, size};
  std::vector<std::size_t> sizes;
  while (const auto bytes = from.u8())
    sizes.push_back(bytes);
  if (sizes.empty()) sizes.push_back(4096);
  const socket_pair sockets;
  const auto stream = make_tls_stream(sockets.server, *context);
  require(stream != nullptr, "a stream is made");
  bool is_first = true;
  auto now = stream->shake_hands();
  for (std::size_t turn = 0; !from.empty() && now == state::wants_read; ++turn) {
    const auto piece = from.bytes(sizes[turn % sizes.size()]);
    if (::send(sockets.client, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) break;
    now = stream->shake_hands();
    check_sent(sockets.client, is_first);
    require(!stream->holds_bytes(), "nothing is received before the end of the handshake");
  }
  require(now != state::done, "a handshake needs a client that answers");
  stream->say_goodbye();
  check_sent(sockets.client, is_first);
  return 0;
}
