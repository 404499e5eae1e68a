#include <thread>

#include "support/catch.hpp"
#include "test_peer.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using namespace std::chrono_literals;

namespace {

struct pair {
  explicit pair(std::shared_ptr<recorder> record = std::make_shared<recorder>())
      : handler{std::move(record)},
        link{port->connect(server.address(), 5s, handler)},
        peer{server.accept()},
        up{handler->wait_connected()} {}
  listener server;
  std::shared_ptr<connection_port> port = make_tcp_connection_port();
  std::shared_ptr<recorder> handler;
  std::shared_ptr<connection> link;
  descriptor peer;
  bool up;
};

}  // namespace

TEST_CASE("the peer's orderly close is reported after its last bytes") {
  pair p;
  REQUIRE(p.up);
  p.peer.write_all(as_bytes("last words"));
  p.peer.close();
  REQUIRE(p.handler->wait_closed());
  const auto seen = p.handler->now();
  CHECK(as_text(seen.received) == "last words");
  REQUIRE(seen.closed.size() == 1);
  CHECK(seen.closed[0] == errc::connection_lost);
  CHECK(seen.closed[0].detail() == "closed by the peer");
  CHECK(seen.closed[0].segment_store() == p.server.address().to_string());
  CHECK(p.port->open_connections() == 0);
  send_text(*p.link, "dropped");
  CHECK(p.link->unsent_bytes() == 0);
  p.link->close();
  CHECK(p.handler->now().closed.size() == 1);
}

TEST_CASE("a reset is reported with the system's reason") {
  pair p;
  REQUIRE(p.up);
  p.peer.reset();
  REQUIRE(p.handler->wait_closed());
  const auto seen = p.handler->now();
  REQUIRE(seen.closed.size() == 1);
  CHECK(seen.closed[0] == errc::connection_lost);
  CHECK(seen.closed[0].detail().find("reset") != std::string::npos);
  CHECK(p.port->open_connections() == 0);
}

TEST_CASE("sending into a reset connection ends it once, with what the peer said before") {
  for (int round = 0; round < 50; ++round) {
    pair p;
    REQUIRE(p.up);
    p.peer.write_all(as_bytes("refusal"));
    p.peer.reset();
    for (int i = 0; i < 20; ++i)
      send_text(*p.link, "x");
    REQUIRE(p.handler->wait_closed());
    const auto seen = p.handler->now();
    CHECK(as_text(seen.received) == "refusal");
    CHECK(seen.closed.size() == 1);
    CHECK(seen.closed[0] == errc::connection_lost);
    CHECK(seen.after_close == 0);
  }
}

TEST_CASE("a queued remainder is dropped when the peer resets") {
  pair p;
  REQUIRE(p.up);
  const shared_bytes big{std::vector<std::byte>(64u << 20)};
  p.link->send({&big, 1});
  CHECK(p.link->unsent_bytes() > 0);
  p.peer.reset();
  REQUIRE(p.handler->wait_closed());
  CHECK(p.link->unsent_bytes() == 0);
  CHECK(eventually([&] { return big.owner.use_count() == 1; }));
}

TEST_CASE("close drops a queued remainder and can be repeated") {
  pair p;
  REQUIRE(p.up);
  const shared_bytes big{std::vector<std::byte>(64u << 20)};
  p.link->send({&big, 1});
  p.link->close();
  CHECK(p.link->unsent_bytes() == 0);
  CHECK(big.owner.use_count() == 1);
  p.link->close();
  CHECK(p.port->open_connections() == 0);
  const auto got = p.peer.read_exactly(64u << 20);
  CHECK(got.size() < 64u << 20);
  CHECK(p.handler->now().closed.empty());
}

TEST_CASE("close from within a handler's call stops the calls") {
  const auto handler = std::make_shared<recorder>(4);
  std::shared_ptr<connection> link;
  std::mutex set;
  handler->when_received = [&] {
    const std::lock_guard lock{set};
    link->close();
    send_text(*link, "dropped");
  };
  {
    pair p{handler};
    REQUIRE(p.up);
    {
      const std::lock_guard lock{set};
      link = p.link;
    }
    p.peer.write_all(as_bytes("twelve bytes"));
    REQUIRE(eventually([&] { return p.port->open_connections() == 0; }));
    p.peer.reset();
    p.link.reset();
  }
  CHECK(handler->now().received.size() == 4);
  CHECK(handler->now().closed.empty());
}

TEST_CASE("close from within on_connected is silent, too") {
  const auto handler = std::make_shared<recorder>();
  const listener server;
  const auto port = make_tcp_connection_port();
  std::mutex set;
  std::shared_ptr<connection> link;
  handler->when_connected = [&] {
    const std::lock_guard lock{set};
    link->close();
  };
  {
    const std::lock_guard lock{set};
    link = port->connect(server.address(), 5s, handler);
  }
  const auto peer = server.accept();
  REQUIRE(handler->wait_connected());
  CHECK(peer.read_exactly(1).empty());
  CHECK(handler->now().closed.empty());
}

TEST_CASE("the handler is let go after the end, so that a cycle does not leak") {
  struct owner final : recorder {
    std::shared_ptr<connection> mine;
  };
  const listener server;
  const auto port = make_tcp_connection_port();
  std::weak_ptr<owner> closed_by_us;
  std::weak_ptr<owner> closed_by_peer;
  descriptor peer;
  {
    const auto handler = std::make_shared<owner>();
    closed_by_us = handler;
    handler->mine = port->connect(server.address(), 5s, handler);
    peer = server.accept();
    REQUIRE(handler->wait_connected());
    handler->mine->close();
  }
  CHECK(eventually([&] { return closed_by_us.expired(); }));
  {
    const auto handler = std::make_shared<owner>();
    closed_by_peer = handler;
    handler->mine = port->connect(server.address(), 5s, handler);
    peer = server.accept();
    REQUIRE(handler->wait_connected());
  }
  CHECK_FALSE(closed_by_peer.expired());
  peer.close();
  CHECK(eventually([&] { return closed_by_peer.expired(); }));
  CHECK(port->open_connections() == 0);
}

TEST_CASE("letting the connection go closes it") {
  pair p;
  REQUIRE(p.up);
  p.link.reset();
  CHECK(p.port->open_connections() == 0);
  CHECK(p.peer.read_exactly(1).empty());
  CHECK(p.handler->now().closed.empty());
}

TEST_CASE("the end of the port ends its connections") {
  pair p;
  REQUIRE(p.up);
  const shared_bytes big{std::vector<std::byte>(64u << 20)};
  p.link->send({&big, 1});
  const auto connecting = std::make_shared<recorder>();
  const auto second = p.port->connect({"no-such-host.invalid", 1}, 30s, connecting);
  p.port.reset();
  REQUIRE(p.handler->now().closed.size() == 1);
  CHECK(p.handler->now().closed[0] == errc::closed);
  CHECK(connecting->now().closed.size() == 1);
  CHECK(big.owner.use_count() == 1);
  // The handles outlive the port and are inert.
  send_text(*p.link, "dropped");
  p.link->close();
  second->close();
  CHECK(p.peer.read_exactly(64u << 20).size() < 64u << 20);
}

TEST_CASE("the port may end inside one of its own calls") {
  const auto handler = std::make_shared<recorder>();
  std::shared_ptr<connection_port> last;
  std::weak_ptr<connection_port> watched;
  std::mutex set;
  handler->when_closed = [&] {
    const std::lock_guard lock{set};
    last.reset();
  };
  pair p{handler};
  REQUIRE(p.up);
  watched = p.port;
  {
    const std::lock_guard lock{set};
    last = std::move(p.port);
  }
  p.peer.close();
  CHECK(eventually([&] {
    const std::lock_guard lock{set};
    return watched.expired();
  }));
  CHECK(handler->now().closed.size() == 1);
  p.handler.reset();
}

TEST_CASE("a handler without a buffer ends its connection") {
  struct no_buffer final : recorder {
    std::span<std::byte> receive_buffer() override { return {}; }
  };
  pair p{std::make_shared<no_buffer>()};
  REQUIRE(p.up);
  p.peer.write_all(as_bytes("x"));
  REQUIRE(p.handler->wait_closed());
  CHECK(p.handler->now().closed[0] == errc::internal_error);
}
