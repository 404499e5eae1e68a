#include <map>
#include <thread>

#include "support/catch.hpp"
#include "tls_pair.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t tls_large_bytes = 16u << 20;

}  // namespace

TEST_CASE("parts of all sizes arrive in order over TLS, at a slow reader", "[threads]") {
  const test_pki pki;
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  tls_pair p{pki, tls_server{pki.server, version, version}};
  REQUIRE(p.up);
  std::size_t wrong = 0;
  std::size_t have = 0;
  std::thread reader{[&] {
    std::this_thread::sleep_for(50ms);
    while (have < tls_large_bytes) {
      const auto chunk =
          p.end.read_exactly(std::min<std::size_t>(1u << 20, tls_large_bytes - have));
      if (chunk.empty()) break;
      if (chunk != pattern(have, chunk.size())) ++wrong;
      have += chunk.size();
    }
  }};
  constexpr std::array<std::size_t, 9> sizes{0, 1, 8, 63, 700, 16384, 16385, 70001, 400000};
  std::size_t sent = 0;
  std::size_t most_unsent = 0;
  std::vector<shared_bytes> parts;
  for (std::size_t index = 0; sent < tls_large_bytes; ++index) {
    const auto size =
        std::min(sizes[(index * 5 + index / 9) % sizes.size()], tls_large_bytes - sent);
    parts.emplace_back(pattern(sent, size));
    sent += size;
    if (index % 23 != 0 && sent < tls_large_bytes) continue;
    p.client.link->send(parts);
    parts.clear();
    most_unsent = std::max(most_unsent, p.client.link->unsent_bytes());
  }
  reader.join();
  CHECK(have == tls_large_bytes);
  CHECK(wrong == 0);
  CHECK(most_unsent > (1u << 20));
  CHECK(eventually([&] { return p.client.link->unsent_bytes() == 0; }));
}

TEST_CASE("many threads send while the peer sends, and each keeps its order", "[threads]") {
  const test_pki pki;
  tls_pair p{pki, tls_server{pki.server}};
  REQUIRE(p.up);
  constexpr std::size_t threads = 4;
  constexpr std::size_t lines = 4000;
  constexpr std::size_t line_bytes = 8;
  constexpr std::size_t back_bytes = 4u << 20;
  // The peer is one thread: it writes a piece whenever it has read one.
  std::map<std::size_t, std::size_t> next;
  std::size_t wrong = 0;
  std::thread peer{[&] {
    std::size_t told = 0;
    for (std::size_t i = 0; i < threads * lines; ++i) {
      const auto line = p.end.read_exactly(line_bytes);
      if (line.size() != line_bytes) break;
      const auto who = static_cast<std::size_t>(line[0]);
      const auto number =
          static_cast<std::size_t>(line[1]) << 8 | static_cast<std::size_t>(line[2]);
      if (next[who]++ != number) ++wrong;
      const auto piece = std::min<std::size_t>(back_bytes - told, 1024);
      p.end.write_all(pattern(told, piece));
      told += piece;
    }
  }};
  std::vector<std::thread> senders;
  for (std::size_t who = 0; who < threads; ++who)
    senders.emplace_back([&, who] {
      for (std::size_t number = 0; number < lines; ++number) {
        std::vector<std::byte> line(line_bytes);
        line[0] = static_cast<std::byte>(who);
        line[1] = static_cast<std::byte>(number >> 8);
        line[2] = static_cast<std::byte>(number & 0xFF);
        const shared_bytes part{std::move(line)};
        p.client.link->send({&part, 1});
      }
    });
  for (auto& each : senders)
    each.join();
  peer.join();
  CHECK(wrong == 0);
  for (std::size_t who = 0; who < threads; ++who)
    CHECK(next[who] == lines);
  REQUIRE(p.client.handler->wait_received(back_bytes));
  CHECK(p.client.handler->now().received == pattern(0, back_bytes));
}

TEST_CASE("the peer's end is reported after its last bytes, told or not") {
  const test_pki pki;
  const bool told = GENERATE(true, false);
  tls_pair p{pki, tls_server{pki.server}};
  REQUIRE(p.up);
  p.end.write_all(as_bytes("last words"));
  if (told) p.end.say_end();
  p.socket.close();
  REQUIRE(p.client.handler->wait_closed());
  const auto seen = p.client.handler->now();
  CHECK(as_text(seen.received) == "last words");
  CHECK(seen.closed.front() == errc::connection_lost);
  CHECK(seen.closed.front().detail() == "closed by the peer");
  CHECK(p.client.link->unsent_bytes() == 0);
  CHECK(p.client.port->open_connections() == 0);
}

TEST_CASE("a reset of a TLS connection drops what waits") {
  const test_pki pki;
  tls_pair p{pki, tls_server{pki.server}};
  REQUIRE(p.up);
  const shared_bytes big{std::vector<std::byte>(64u << 20)};
  p.client.link->send({&big, 1});
  CHECK(p.client.link->unsent_bytes() > 0);
  p.socket.reset();
  REQUIRE(p.client.handler->wait_closed());
  CHECK(p.client.handler->now().closed.front() == errc::connection_lost);
  CHECK(p.client.link->unsent_bytes() == 0);
  CHECK(eventually([&] { return big.owner.use_count() == 1; }));
}

TEST_CASE("closing tells the peer the end of TLS") {
  const test_pki pki;
  tls_pair p{pki, tls_server{pki.server}};
  REQUIRE(p.up);
  send_text(*p.client.link, "x");
  p.client.link->close();
  CHECK(p.end.read_exactly(2).size() == 1);
  CHECK(p.end.told_end());
  CHECK(p.client.handler->now().closed.empty());
}

TEST_CASE("bytes of TLS that were changed on their way end the connection") {
  const test_pki pki;
  tls_pair p{pki, tls_server{pki.server}};
  REQUIRE(p.up);
  p.socket.write_all(
      as_bytes(std::string_view{"\x17\x03\x03\x00\x14"
                                "twenty bytes forged..",
                                25}));
  REQUIRE(p.client.handler->wait_closed());
  const auto why = p.client.handler->now().closed.front();
  CHECK(why == errc::connection_lost);
  CHECK_THAT(why.detail(), Catch::Contains("TLS: "));
  CHECK(p.client.handler->now().received.empty());
}

TEST_CASE("new keys do not disturb what flows") {
  const test_pki pki;
  tls_pair p{pki, tls_server{pki.server, TLS1_3_VERSION, TLS1_3_VERSION}};
  REQUIRE(p.up);
  for (int round = 0; round < 3; ++round) {
    p.end.update_keys();
    p.end.write_all(as_bytes("abc"));
    REQUIRE(p.client.handler->wait_received(static_cast<std::size_t>(3 * (round + 1))));
    send_text(*p.client.link, "defg");
    CHECK(as_text(p.end.read_exactly(4)) == "defg");
  }
}

TEST_CASE("what came with the end of the handshake is delivered") {
  const test_pki pki;
  const listener server;
  tls_attempt client{server, pki.trusting(), "localhost"};
  const auto socket = server.accept();
  const tls_server of{pki.server, TLS1_3_VERSION, TLS1_3_VERSION};
  const tls_server_end end{of, socket.number()};
  REQUIRE(end.accept());
  end.write_all(as_bytes("at once"));
  CHECK(client.handler->wait_received(7));
}

TEST_CASE("a small buffer gets all of a large record") {
  const test_pki pki;
  const listener server;
  const auto handler = std::make_shared<recorder>(100);
  const auto port = *make_tls_connection_port(pki.trusting());
  const auto link = port->connect(server.address("localhost"), 20s, handler);
  const auto socket = server.accept();
  const tls_server of{pki.server};
  const tls_server_end end{of, socket.number()};
  REQUIRE(end.accept());
  end.write_all(pattern(0, 100000));
  REQUIRE(handler->wait_received(100000));
  CHECK(handler->now().received == pattern(0, 100000));
}

TEST_CASE("more than a turn's bytes reach a handler that reads them whole") {
  const test_pki pki;
  tls_pair p{pki, tls_server{pki.server}};
  REQUIRE(p.up);
  constexpr std::size_t bytes = 12u << 20;
  p.end.write_all(pattern(0, bytes));
  REQUIRE(p.client.handler->wait_received(bytes));
  CHECK(p.client.handler->now().received == pattern(0, bytes));
}
