// Something else than a controller at its address, and something that swallows between.
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "grpc_port/name_addresses.hpp"
#include "scripted_controller.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "tcp_peers.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;
using namespace std::chrono_literals;

namespace {

/// A frame of HTTP/2.
std::string frame(char type, char flags, char stream, const std::string& payload) {
  std::string bytes{static_cast<char>(payload.size() >> 16),
                    static_cast<char>(payload.size() >> 8),
                    static_cast<char>(payload.size()),
                    type,
                    flags,
                    '\0',
                    '\0',
                    '\0',
                    stream};
  return bytes + payload;
}

std::string times(int count, const std::string& bytes) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all += bytes;
  return all;
}

std::vector<std::pair<std::string, std::string>> banners() {
  using namespace std::string_literals;
  const auto settings = frame(4, 0, 0, "");
  return {
      {"HTTP/1.1 success", "HTTP/1.1 200 OK\r\n\r\nhello"},
      {"HTTP/1.0 error", "HTTP/1.0 400 Bad\r\n\r\n"},
      {"half a line of HTTP", "HTTP/1."},
      {"SSH", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"},
      {"SMTP", "220 mail ESMTP Postfix\r\n"},
      {"MySQL",
       "J\0\0\0\x0a"
       "8.0.32\0"s +
           std::string(60, 'x')},
      {"TLS alert", "\x15\x03\x01\0\x02\x02\x46"s},
      {"Redis error", "-ERR unknown command\r\n"},
      {"a segment store's hello", "\xff\xff\xff\x81\0\0\0\x08\0\0\0\x10\0\0\0\x05"s},
      {"garbage", std::string(400, '\xff')},
      {"silence", ""},
      {"settings, then silence", settings},
      {"going away", frame(7, 0, 0, std::string(8, '\0'))},
      {"settings, going away", settings + frame(7, 0, 0, std::string(8, '\0'))},
      {"settings, garbage", settings + std::string(40, '\xff')},
      {"settings, HTTP/1.1", settings + "HTTP/1.1 400 x\r\n\r\n"},
      {"settings, reset of stream 0", settings + frame(3, 0, 0, std::string(4, '\0'))},
      {"settings of a wrong length", settings + frame(4, 0, 0, "abc")},
      {"pings without end", settings + times(2000, frame(6, 0, 0, "12345678"))},
      {"settings without end", times(5000, settings)},
      {"an acknowledgement that nobody asked for", settings + frame(4, 1, 0, "")},
      {"a window that overflows", settings + frame(8, 0, 0, "\x7f\xff\xff\xff")},
      {"a huge frame", settings + "\xff\xff\xff\0\0\0\0\0\x01"s + std::string(1000, 'x')},
      {"a push promise", settings + frame(5, 4, 1, "\0\0\0\x02"s)},
      {"headers unasked", settings + frame(1, 4, 2, "\x88")},
      {"data unasked", settings + frame(0, 0, 1, std::string(100, 'x'))},
      {"headers that do not decode", settings + frame(1, 4, 1, std::string(1000, '\xff'))},
      {"headers without end", settings + frame(1, 0, 1, "\x88") +
                                  times(500, frame(9, 0, 1,
                                                   "\x40\x01"
                                                   "a\x01"
                                                   "b"))},
  };
}

constexpr auto short_time = 100ms;
constexpr auto silence = 250ms;  // more than what says nothing

bool created(controller_port& port, duration timeout = 20s) {
  return ask(port, create_scope{"sc"}, timeout).has_value();
}

duration time_of(const std::function<void()>& what) {
  const auto began = clock_type::now();
  what();
  return clock_type::now() - began;
}

}  // namespace

TEST_CASE("what is not a controller is an error, and a controller in its place is found") {
  auto controller = std::make_unique<scripted_controller>();
  const int number = controller->port();
  const auto uri = controller->uri();
  for (const auto& [name, bytes] : banners()) {
    for (const bool holds : {true, false}) {
      CAPTURE(name, holds);
      // In the middle of a run, and, with a port of its own, at the start.
      if (!controller) controller = std::make_unique<scripted_controller>(number);
      controller->answer("createScope", pb::CreateScopeStatus{});
      const auto running = port_to(uri);
      REQUIRE(eventually([&] { return created(*running); }));
      controller.reset();
      const auto banner = std::make_unique<banner_server>(bytes, holds, number);
      REQUIRE(banner->port() == number);
      const auto starting = port_to(uri);
      for (const auto& port : {running, starting}) {
        const auto got = failure_of(*port, create_scope{"sc"}, short_time);
        CHECK(got.retriable());
      }
      CHECK(eventually([&] {
        (void)created(*running, short_time);
        return banner->accepted() > 1;
      }));
    }
  }
}

TEST_CASE("a connection that is swallowed costs one attempt") {
  scripted_controller server;
  server.answer("createScope", pb::CreateScopeStatus{});
  swallowing_proxy proxy{server.port()};
  const auto port = port_to(proxy.uri());
  REQUIRE(created(*port));
  for (int round = 0; round < 2; ++round) {
    proxy.swallow();
    // Those that share the connection are lost with it; what comes later is not.
    auto other = begin(*port, create_scope{"sc"}, silence);
    CHECK(failure_of(*port, create_scope{"sc"}, silence) == errc::deadline_exceeded);
    CHECK_FALSE(other.get());
    CHECK(time_of([&] { CHECK(created(*port)); }) < 5s);
  }
}

TEST_CASE(
    "a connection that is swallowed ends after the liveness timeout, inside of an attempt") {
  scripted_controller server;
  server.answer("createScope", pb::CreateScopeStatus{});
  swallowing_proxy proxy{server.port()};
  const auto port = port_to(proxy.uri(), {600ms});
  REQUIRE(created(*port));
  proxy.swallow();
  const auto took = time_of([&] {
    CHECK(failure_of(*port, create_scope{"sc"}, 20s) == errc::controller_unreachable);
  });
  CHECK(took >= 250ms);
  CHECK(took < 5s);
  // A call that comes at the very end of the connection may still meet it.
  CHECK(time_of([&] { CHECK(eventually([&] { return created(*port); })); }) < 5s);
}

TEST_CASE("a controller that is slow but alive keeps its connection") {
  scripted_controller server;
  server.hang("sealStream");
  server.answer("createScope", pb::CreateScopeStatus{});
  const auto port = port_to(server.uri(), {800ms});
  auto slow = begin(*port, seal_stream{{"sc", "st"}}, 1200ms);
  CHECK(created(*port));
  CHECK(slow.wait_for(1s) == std::future_status::timeout);
  CHECK(slow.get().error() == errc::deadline_exceeded);
  CHECK(created(*port));
}

TEST_CASE("of two controllers the one that answers gets the calls while the other is silent") {
  scripted_controller silent;
  scripted_controller well;
  silent.hang("createScope");
  well.answer("createScope", pb::CreateScopeStatus{});
  const auto port = port_to("tcp://" + silent.address() + "," + well.address());
  REQUIRE(eventually([&] { return !created(*port, 2 * silence) && silent.arrived() > 0; }));
  const int before = silent.arrived();
  for (int i = 0; i < 30; ++i)
    CHECK(created(*port));
  CHECK(silent.arrived() == before);
}

TEST_CASE("of two controllers the one that answers well gets the calls while the other lies") {
  scripted_controller liar;
  scripted_controller well;
  const grpc::Slice nonsense{"\xff\xff\xff"};
  liar.answer("createScope", grpc::ByteBuffer{&nonsense, 1});
  well.answer("createScope", pb::CreateScopeStatus{});
  const auto port = port_to("tcp://" + liar.address() + "," + well.address());
  CHECK(port->controllers() == 2);
  std::optional<error> lie;
  REQUIRE(eventually([&] {
    const auto got = ask(*port, create_scope{"sc"});
    if (!got) lie = got.error();
    // Until the well one is connected, calls go to the liar.
    return lie && created(*port);
  }));
  CHECK(*lie == errc::protocol_violation);
  CHECK(lie->controller() == liar.address());
  // It comes after the other one even if that one said something else meanwhile.
  well.answer("createScope", grpc::ByteBuffer{&nonsense, 1});
  const auto got = failure_of(*port, create_scope{"sc"});
  CHECK(got == errc::protocol_violation);
}

TEST_CASE("a name with several addresses fails over") {
  auto second = std::make_unique<scripted_controller>();
  second->answer("createScope", pb::CreateScopeStatus{});
  const int number = second->port();
  const auto addresses = internal::look_up_host("localhost");
  const bool has_both = std::count(addresses.begin(), addresses.end(), "::1") > 0;
  // Where the name has one address only, this is the same as a restart.
  auto first = std::make_unique<scripted_controller>(number, "[::1]");
  if (first->up()) first->answer("createScope", pb::CreateScopeStatus{});
  const auto port = port_to("tcp://localhost:" + std::to_string(number));
  REQUIRE(created(*port));
  first.reset();
  CHECK(eventually([&] { return created(*port); }));
  first = std::make_unique<scripted_controller>(number, "[::1]");
  if (first->up()) first->answer("createScope", pb::CreateScopeStatus{});
  if (has_both && first->up()) second.reset();
  CHECK(eventually([&] { return created(*port); }));
}
