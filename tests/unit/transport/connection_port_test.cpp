#include <sys/resource.h>

#include <thread>

#include "support/catch.hpp"
#include "test_peer.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using namespace std::chrono_literals;

TEST_CASE("a connection is reported once and carries bytes both ways") {
  const listener server;
  const auto port = make_tcp_connection_port();
  const auto handler = std::make_shared<recorder>();
  const auto link = port->connect(server.address(), 5s, handler);
  const auto peer = server.accept();
  REQUIRE(handler->wait_connected());
  CHECK(port->open_connections() == 1);

  send_text(*link, "ping");
  CHECK(as_text(peer.read_exactly(4)) == "ping");
  peer.write_all(as_bytes("pong"));
  REQUIRE(handler->wait_received(4));
  CHECK(as_text(handler->now().received) == "pong");
  CHECK(link->unsent_bytes() == 0);

  link->close();
  CHECK(port->open_connections() == 0);
  CHECK(peer.read_exactly(1).empty());
  CHECK(handler->now().connected == 1);
  CHECK(handler->now().closed.empty());
}

TEST_CASE("a process without descriptors is not the segment store's fault") {
  const listener server;
  const auto port = make_tcp_connection_port();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int next = ::dup(0);
  ::close(next);
  const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  const auto handler = std::make_shared<recorder>();
  const auto link = port->connect(server.address(), 5s, handler);
  const bool ended = handler->wait_closed();
  ::setrlimit(RLIMIT_NOFILE, &before);
  REQUIRE(ended);
  const auto reason = handler->now().closed.front();
  INFO(reason.to_string());
  CHECK(reason == errc::io_error);
  CHECK(reason.retriable());
  CHECK(reason.detail().find("ulimit -n") != std::string::npos);
  const auto later = std::make_shared<recorder>();
  const auto again = port->connect(server.address(), 5s, later);
  CHECK(later->wait_connected());
}

TEST_CASE("hosts may be the unspecified address or a name") {
  const listener server;
  const auto port = make_tcp_connection_port();
  for (const std::string host : {"0.0.0.0", "localhost"}) {
    CAPTURE(host);
    const auto handler = std::make_shared<recorder>();
    const auto link = port->connect(server.address(host), 5s, handler);
    const auto peer = server.accept();
    REQUIRE(handler->wait_connected());
    send_text(*link, host);
    CHECK(as_text(peer.read_exactly(host.size())) == host);
  }
}

TEST_CASE("a refused connection names the segment store, the stage and the cause") {
  listener server;
  const auto address = server.address();
  server.close();
  const auto port = make_tcp_connection_port();
  const auto handler = std::make_shared<recorder>();
  const auto link = port->connect(address, 5s, handler);
  REQUIRE(handler->wait_closed());
  const auto seen = handler->now();
  CHECK(seen.connected == 0);
  REQUIRE(seen.closed.size() == 1);
  const error& reason = seen.closed.front();
  CHECK(reason == errc::segment_store_unreachable);
  CHECK(reason.at() == stage::connect);
  CHECK(reason.segment_store() == "127.0.0.1:" + std::to_string(address.port));
  CHECK(reason.detail().find("refused") != std::string::npos);
  CHECK(port->open_connections() == 0);
}

TEST_CASE("a peer that swallows the request to connect is given up in time") {
  // A full queue of connections that nobody accepts makes the kernel drop further requests.
  const listener server{0};
  std::vector<descriptor> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(server.address().port);
    ::connect(fillers.back().number(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  const auto port = make_tcp_connection_port();
  const auto handler = std::make_shared<recorder>();
  const auto began = std::chrono::steady_clock::now();
  const auto link = port->connect(server.address(), 150ms, handler);
  REQUIRE(handler->wait_closed());
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(took >= 150ms);
  CHECK(took < 10s);
  const error reason = handler->now().closed.front();
  CHECK(reason == errc::segment_store_unreachable);
  CHECK(reason.detail() == "timed out after 150 ms");
  CHECK(port->open_connections() == 0);
}

TEST_CASE("names that do not resolve are reported") {
  const auto port = make_tcp_connection_port();
  for (const std::string host : {"no-such-host.invalid", "", "not a name"}) {
    CAPTURE(host);
    const auto handler = std::make_shared<recorder>();
    const auto link = port->connect({host, 6000}, 20s, handler);
    REQUIRE(handler->wait_closed());
    const error reason = handler->now().closed.front();
    CHECK(reason == errc::segment_store_unreachable);
    CHECK(reason.at() == stage::connect);
    CHECK_FALSE(reason.detail().empty());
  }
  CHECK(port->open_connections() == 0);
}

TEST_CASE("a time-out that has passed already ends the connection") {
  const listener server;
  const auto port = make_tcp_connection_port();
  const auto handler = std::make_shared<recorder>();
  const auto link = port->connect(server.address(), 0s, handler);
  REQUIRE(handler->wait_closed());
  CHECK(handler->now().closed.front() == errc::segment_store_unreachable);
}

TEST_CASE("bytes sent before the connection is up are dropped") {
  const listener server;
  const auto port = make_tcp_connection_port();
  const auto handler = std::make_shared<recorder>();
  std::mutex gate;
  std::unique_lock hold{gate};
  const auto blocker = std::make_shared<recorder>();
  blocker->when_connected = [&] { const std::lock_guard wait_here{gate}; };
  const auto first = port->connect(server.address(), 5s, blocker);
  REQUIRE(blocker->wait_connected());
  // The I/O thread is held: this connection cannot come up before the text is sent.
  const auto link = port->connect(server.address(), 5s, handler);
  send_text(*link, "too early");
  CHECK(link->unsent_bytes() == 0);
  hold.unlock();
  const auto first_peer = server.accept();
  const auto peer = server.accept();
  REQUIRE(handler->wait_connected());
  send_text(*link, "in time");
  CHECK(as_text(peer.read_exactly(7)) == "in time");
}

TEST_CASE("closing while connecting is silent") {
  const listener server{0};
  const auto port = make_tcp_connection_port();
  for (int i = 0; i < 50; ++i) {
    const auto handler = std::make_shared<recorder>();
    const auto link =
        port->connect(server.address(i % 2 ? "127.0.0.1" : "localhost"), 5s, handler);
    link->close();
    CHECK(port->open_connections() == 0);
    CHECK(handler->now().closed.empty());
  }
}
