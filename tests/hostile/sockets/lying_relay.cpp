#include "hostile/sockets/lying_relay.hpp"

#include "wire/big_endian.hpp"

namespace pravega_actor::hostile {

using namespace internal;

namespace {

constexpr int look_ms = 20;

test::descriptor connect_to(std::uint16_t port) {
  test::descriptor made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(made.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0)
    made.close();
  return made;
}

std::vector<std::byte> whole(const wire::frame& of) {
  std::vector<std::byte> bytes(limits::frame_header_bytes);
  wire::store_big_endian<std::int32_t>(bytes.data(), of.type);
  wire::store_big_endian<std::int32_t>(bytes.data() + 4,
                                       static_cast<std::int32_t>(of.payload.size()));
  bytes.insert(bytes.end(), of.payload.begin(), of.payload.end());
  return bytes;
}

/// 0: the peer has gone.
std::size_t receive(const test::descriptor& from, std::span<std::byte> room) {
  const auto got = ::recv(from.number(), room.data(), room.size(), 0);
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

}  // namespace

lying_relay::~lying_relay() {
  stopped_ = true;
  // Wakes who accepts.
  (void)connect_to(port());
  thread_.join();
  for (auto& each : serving_)
    each.join();
}

void lying_relay::arm(socket_attack what, int times) {
  attack_ = std::move(what);
  strikes_ = 0;
  left_ = times;
}

bool lying_relay::strikes_now(const wire::frame& request) {
  if (left_ == 0 || request.type != attack_.at) return false;
  if (left_ != for_ever) --left_;
  ++strikes_;
  return true;
}

void lying_relay::accept() {
  while (!stopped_) {
    auto client = listening_.accept();
    if (stopped_ || client.number() < 0) continue;
    ++connections_;
    serving_.emplace_back([this, mine = std::make_shared<test::descriptor>(std::move(client))] {
      serve(std::move(*mine));
    });
  }
}

void lying_relay::serve(test::descriptor client) {
  const auto store = connect_to(store_port_);
  if (store.number() < 0) return;
  wire::frame_reader requests;
  std::vector<std::byte> replies(64 << 10);
  auto now = rest::goes_on;
  while (!stopped_) {
    const short listens = now == rest::deaf ? POLLRDHUP : POLLIN;
    pollfd both[] = {{client.number(), listens, 0}, {store.number(), POLLIN, 0}};
    if (::poll(both, 2, look_ms) < 0) return;
    if ((both[1].revents & (POLLIN | POLLHUP)) != 0) {
      const auto count = receive(store, replies);
      if (count == 0) return;
      if (now == rest::goes_on) client.write_all(std::span{replies}.first(count));
    }
    if (listens != POLLIN && both[0].revents != 0) return;
    if ((both[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
    const auto count = receive(client, requests.prepare());
    if (count == 0) return;
    requests.commit(count);
    for (auto next = requests.next(); next && *next; next = requests.next()) {
      if (now != rest::goes_on) continue;
      if (!strikes_now(**next)) {
        store.write_all(whole(**next));
        continue;
      }
      now = attack_.strike(client, **next);
      if (now == rest::closed) return;
      if (now == rest::reset) return client.reset();
    }
  }
}

}  // namespace pravega_actor::hostile
