// Memory that runs out on the I/O thread. Not under AddressSanitizer, which has an allocator of
// its own.
#ifndef __SANITIZE_ADDRESS__
#include <atomic>

#include "support/catch.hpp"
#include "support/failing_memory.hpp"
#include "test_peer.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using namespace std::chrono_literals;

namespace {

/// The I/O thread has no memory from the first byte that the peer sends.
struct poor_handler final : connection_handler {
  std::atomic<bool> connected{false};
  std::atomic<bool> poor{false};
  std::array<std::byte, 16> room{};
  void on_connected() override { connected = true; }
  std::span<std::byte> receive_buffer() override { return room; }
  void on_received(std::size_t) override {
    fail_allocations_from(1);
    poor = true;
  }
  void on_closed(const error&) override {}
};

}  // namespace

TEST_CASE("what waits to be written needs no memory any more") {
  const listener server;
  const auto port = make_tcp_connection_port();
  const auto handler = std::make_shared<poor_handler>();
  const auto link = port->connect(server.address(), 5s, handler);
  const auto peer = server.accept();
  REQUIRE(eventually([&] { return handler->connected.load(); }));
  constexpr std::size_t count = 1000;
  constexpr std::size_t bytes = 32u << 10;
  std::vector<shared_bytes> parts;
  for (std::size_t i = 0; i < count; ++i)
    parts.emplace_back(pattern(i * bytes, bytes));
  link->send(parts);
  parts.clear();
  CHECK(link->unsent_bytes() > 0);
  peer.write_all(as_bytes("x"));
  REQUIRE(eventually([&] { return handler->poor.load(); }));
  CHECK(peer.read_exactly(count * bytes) == pattern(0, count * bytes));
  link->close();
}
#endif
