#include <array>
#include <map>
#include <thread>

#include "support/catch.hpp"
#include "test_peer.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t large_bytes = 64u << 20;

/// Sizes from an empty part to some hundred KiB, the same in each run.
std::size_t part_bytes(std::size_t index) {
  constexpr std::array<std::size_t, 8> sizes{0, 1, 8, 63, 700, 9000, 70001, 400000};
  return sizes[(index * 5 + index / 8) % sizes.size()];
}

}  // namespace

TEST_CASE("64 MiB in many parts reach a slow reader in order", "[threads]") {
  const listener server;
  const auto port = make_tcp_connection_port();
  const auto handler = std::make_shared<recorder>();
  const auto link = port->connect(server.address(), 5s, handler);
  const auto peer = server.accept();
  REQUIRE(handler->wait_connected());

  std::thread reader{[&] {
    std::this_thread::sleep_for(100ms);
    std::size_t wrong = 0;
    std::size_t have = 0;
    while (have < large_bytes) {
      const auto chunk = peer.read_exactly(std::min<std::size_t>(1u << 20, large_bytes - have));
      if (chunk.empty()) break;
      if (chunk != pattern(have, chunk.size())) ++wrong;
      have += chunk.size();
      if (have % (16u << 20) == 0) std::this_thread::sleep_for(20ms);
    }
    peer.write_all(as_bytes(have == large_bytes && wrong == 0 ? "good" : "bad!"));
  }};

  std::size_t sent = 0;
  std::size_t most_unsent = 0;
  std::vector<shared_bytes> parts;
  for (std::size_t index = 0; sent < large_bytes; ++index) {
    const auto size = std::min(part_bytes(index), large_bytes - sent);
    parts.emplace_back(pattern(sent, size));
    sent += size;
    if (index % 37 == 0 || sent == large_bytes) {
      link->send(parts);
      parts.clear();
      most_unsent = std::max(most_unsent, link->unsent_bytes());
    }
  }
  CHECK(handler->wait_received(4));
  reader.join();
  CHECK(as_text(handler->now().received) == "good");
  CHECK(most_unsent > 0);
  CHECK(most_unsent <= large_bytes);
  CHECK(link->unsent_bytes() == 0);
}

TEST_CASE("more parts than one system call takes arrive whole", "[threads]") {
  const listener server;
  const auto port = make_tcp_connection_port();
  const auto handler = std::make_shared<recorder>();
  const auto link = port->connect(server.address(), 5s, handler);
  const auto peer = server.accept();
  REQUIRE(handler->wait_connected());
  constexpr std::size_t count = 5000;
  std::vector<shared_bytes> parts;
  for (std::size_t i = 0; i < count; ++i)
    parts.emplace_back(pattern(i * 3, 3));
  link->send(parts);
  CHECK(peer.read_exactly(count * 3) == pattern(0, count * 3));
}

TEST_CASE("64 MiB from the peer are received in order, through a small buffer too",
          "[threads]") {
  for (const std::size_t buffer : {std::size_t{1u << 20}, std::size_t{5000}}) {
    CAPTURE(buffer);
    const listener server;
    const auto port = make_tcp_connection_port();
    const auto handler = std::make_shared<recorder>(buffer);
    const auto link = port->connect(server.address(), 5s, handler);
    auto peer = server.accept();
    REQUIRE(handler->wait_connected());
    const std::size_t count = buffer < 10000 ? large_bytes / 8 : large_bytes;
    peer.write_all(pattern(0, count));
    peer.close();
    REQUIRE(handler->wait_closed());
    const auto seen = handler->now();
    CHECK(seen.received.size() == count);
    CHECK(seen.received == pattern(0, count));
  }
}

TEST_CASE("messages of several threads stay whole and in each thread's order", "[threads]") {
  const listener server;
  const auto port = make_tcp_connection_port();
  const auto handler = std::make_shared<recorder>();
  const auto link = port->connect(server.address(), 5s, handler);
  const auto peer = server.accept();
  REQUIRE(handler->wait_connected());

  constexpr std::uint32_t threads = 4;
  constexpr std::uint32_t messages = 2000;
  const auto size_of = [](std::uint32_t n) -> std::uint32_t { return 1 + (n * 7919) % 20000; };
  std::vector<std::thread> senders;
  for (std::uint32_t who = 0; who < threads; ++who) {
    senders.emplace_back([&, who] {
      for (std::uint32_t n = 0; n < messages; ++n) {
        const std::array<std::uint32_t, 3> header{who, n, size_of(n)};
        const std::array<shared_bytes, 2> parts{
            shared_bytes::copy_of(std::as_bytes(std::span{header})),
            shared_bytes{
                std::vector<std::byte>(size_of(n), static_cast<std::byte>(who * 16 + n))}};
        link->send(parts);
      }
    });
  }
  std::array<std::uint32_t, threads> next{};
  std::uint32_t wrong = 0;
  for (std::uint32_t i = 0; i < threads * messages; ++i) {
    std::array<std::uint32_t, 3> header{};
    const auto bytes = peer.read_exactly(sizeof header);
    REQUIRE(bytes.size() == sizeof header);
    std::memcpy(header.data(), bytes.data(), sizeof header);
    const auto [who, n, size] = header;
    REQUIRE(who < threads);
    REQUIRE(n == next[who]++);
    REQUIRE(size == size_of(n));
    const auto body = peer.read_exactly(size);
    const auto expected = static_cast<std::byte>(who * 16 + n);
    if (body.size() != size ||
        !std::all_of(body.begin(), body.end(), [&](auto b) { return b == expected; })) {
      ++wrong;
    }
  }
  for (auto& sender : senders)
    sender.join();
  CHECK(wrong == 0);
}

TEST_CASE("200 connections open, talk and close", "[threads]") {
  const listener server;
  const auto port = make_tcp_connection_port();
  constexpr std::size_t count = 200;
  std::vector<std::shared_ptr<recorder>> handlers;
  std::vector<std::shared_ptr<connection>> links;
  std::vector<descriptor> peers;
  for (std::size_t i = 0; i < count; ++i) {
    handlers.push_back(std::make_shared<recorder>(256));
    links.push_back(port->connect(server.address(), 20s, handlers.back()));
  }
  for (std::size_t i = 0; i < count; ++i)
    peers.push_back(server.accept());
  for (const auto& handler : handlers)
    REQUIRE(handler->wait_connected());
  CHECK(port->open_connections() == count);
  for (std::size_t i = 0; i < count; ++i)
    send_text(*links[i], std::to_string(1000 + i));
  std::map<std::string, int> seen;
  for (const auto& peer : peers) {
    const auto text = peer.read_exactly(4);
    ++seen[std::string{as_text(text)}];
    peer.write_all(text);
  }
  CHECK(seen.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    REQUIRE(handlers[i]->wait_received(4));
    CHECK(as_text(handlers[i]->now().received) == std::to_string(1000 + i));
  }
  for (std::size_t i = 0; i < count; i += 2)
    links[i]->close();
  peers.clear();
  CHECK(eventually([&] { return port->open_connections() == 0; }));
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(handlers[i]->now().closed.size() == i % 2);
  }
}

TEST_CASE("connections end under concurrent senders", "[threads]") {
  for (int round = 0; round < 20; ++round) {
    const listener server;
    const auto port = make_tcp_connection_port();
    const auto handler = std::make_shared<recorder>();
    const auto link = port->connect(server.address(), 5s, handler);
    auto peer = server.accept();
    REQUIRE(handler->wait_connected());
    std::vector<std::thread> senders;
    for (int i = 0; i < 3; ++i) {
      senders.emplace_back([&] {
        const shared_bytes part{std::vector<std::byte>(3000)};
        for (int n = 0; n < 300; ++n)
          link->send({&part, 1});
      });
    }
    if (round % 2 == 0) {
      link->close();
      peer.close();
    } else {
      peer.reset();
    }
    for (auto& sender : senders)
      sender.join();
    CHECK(eventually([&] { return port->open_connections() == 0; }));
    CHECK(link->unsent_bytes() == 0);
  }
}
