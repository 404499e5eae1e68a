#include <thread>
#include <vector>

#include "scripted_controller.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;
using namespace std::chrono_literals;

TEST_CASE("addresses come from the URI") {
  const auto one = make_grpc_controller_port("tcp://controller.example:9090");
  REQUIRE(one);
  CHECK((*one)->address() == "controller.example:9090");
  const auto three = make_grpc_controller_port("tcp://127.0.0.1:1,[::1]:2,localhost:3");
  REQUIRE(three);
  CHECK((*three)->address() == "127.0.0.1:1,[::1]:2,localhost:3");
  for (const std::string bad : {"", "tcp://", "tcp://host", "http://host:1", "tcp://host:0"}) {
    CAPTURE(bad);
    CHECK_FALSE(make_grpc_controller_port(bad));
  }
}

TEST_CASE("shutting down ends every call once, with cancelled") {
  scripted_controller server;
  server.hang("sealStream");
  const auto port = port_to(server.uri());
  std::atomic<int> cancelled{0};
  std::atomic<int> other{0};
  constexpr int count = 20;
  for (int i = 0; i < count; ++i) {
    port->start(seal_stream{{"sc", "st"}}, 60s, [&](const auto& r) {
      ++(!r && r.error() == errc::cancelled ? cancelled : other);
    });
  }
  REQUIRE(eventually([&] { return server.arrived() > 0; }));
  port->shut_down();
  CHECK(cancelled == count);
  CHECK(other == 0);
  // A call that comes too late ends the same way, and not inside of start.
  auto late = begin(*port, seal_stream{{"sc", "st"}});
  REQUIRE(late.wait_for(30s) == std::future_status::ready);
  CHECK(late.get().error() == errc::cancelled);
  port->shut_down();
}

TEST_CASE("letting the port go ends its calls") {
  scripted_controller server;
  server.hang("sealStream");
  auto port = port_to(server.uri());
  auto call = begin(*port, seal_stream{{"sc", "st"}}, 60s);
  REQUIRE(eventually([&] { return server.arrived() == 1; }));
  port.reset();
  REQUIRE(call.wait_for(0s) == std::future_status::ready);
  CHECK(call.get().error() == errc::cancelled);
}

TEST_CASE("callbacks may shut down, start calls and let the port go") {
  for (int round = 0; round < 20; ++round) {
    scripted_controller server;
    server.answer("createScope", pb::CreateScopeStatus{});
    server.hang("sealStream");
    auto port = port_to(server.uri());
    std::atomic<int> ends{0};
    std::promise<void> finished;
    for (int i = 0; i < 3; ++i) {
      port->start(seal_stream{{"sc", "st"}}, 60s, [&](const auto&) { ++ends; });
    }
    // Whoever lets the port go must know that nobody is inside of its `start` any more.
    std::promise<void> first_started;
    std::promise<void> second_started;
    port->start(create_scope{"a"}, 60s, [&, round](const auto& first) {
      if (first) ++ends;
      first_started.get_future().wait();
      port->start(create_scope{"b"}, 60s, [&, round](const auto& second) {
        if (second) ++ends;
        second_started.get_future().wait();
        if (round % 2 == 0) port->shut_down();
        port.reset();
        finished.set_value();
      });
      second_started.set_value();
    });
    first_started.set_value();
    auto done = finished.get_future();
    REQUIRE(done.wait_for(60s) == std::future_status::ready);
    CHECK(ends == 5);
  }
}

TEST_CASE("ports come and go while their calls end") {
  scripted_controller server;
  server.answer("createScope", pb::CreateScopeStatus{});
  for (int round = 0; round < 50; ++round) {
    const auto port = port_to(server.uri());
    std::vector<std::future<result<reply>>> calls;
    for (int i = 0; i < 10; ++i)
      calls.push_back(begin(*port, create_scope{"sc"}));
    if (round % 2 == 0) {
      for (auto& call : calls)
        CHECK(call.get());
    }
  }
}

TEST_CASE("calls of several threads all get their own answers") {
  scripted_controller server;
  server.on<pb::StreamInfo, pb::DelegationToken>(
      "getDelegationToken",
      [](const auto& asked, auto& told) { told.set_delegationtoken(asked.stream()); });
  const auto port = port_to(server.uri());
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        const auto name = std::to_string(t) + "-" + std::to_string(i);
        const auto got = ask(*port, get_delegation_token{{"sc", name}});
        if (got && got->text == name) ++right;
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  CHECK(right == 400);
}

TEST_CASE("a controller that restarts is found again soon") {
  auto server = std::make_unique<scripted_controller>();
  server->answer("createScope", pb::CreateScopeStatus{});
  const int number = server->port();
  const auto port = port_to(server->uri());
  REQUIRE(ask(*port, create_scope{"sc"}));
  server.reset();
  CHECK(eventually([&] {
    const auto got = ask(*port, create_scope{"sc"});
    return !got && got.error() == errc::controller_unreachable;
  }));
  std::this_thread::sleep_for(300ms);
  server = std::make_unique<scripted_controller>(number);
  REQUIRE(server->up());
  server->answer("createScope", pb::CreateScopeStatus{});
  const auto began = clock_type::now();
  CHECK(eventually([&] { return ask(*port, create_scope{"sc"}).has_value(); }));
  CHECK(clock_type::now() - began < 10s);
}

TEST_CASE("several controllers share the calls, and one of them may be down") {
  scripted_controller one;
  scripted_controller two;
  one.answer("createScope", pb::CreateScopeStatus{});
  two.answer("createScope", pb::CreateScopeStatus{});
  std::string gone;
  {
    const scripted_controller down;
    gone = down.address();
  }
  // An address, a name, and one that refuses.
  const auto port = port_to("tcp://" + one.address() +
                            ",localhost:" + std::to_string(two.port()) + "," + gone);
  REQUIRE(port != nullptr);
  CHECK(eventually([&] {
    const auto got = ask(*port, create_scope{"sc"});
    return one.arrived() > 0 && two.arrived() > 0 && got;
  }));
  const int before_one = one.arrived();
  const int before_two = two.arrived();
  int failed = 0;
  for (int i = 0; i < 30; ++i)
    failed += ask(*port, create_scope{"sc"}) ? 0 : 1;
  CHECK(failed == 0);
  CHECK(one.arrived() > before_one);
  CHECK(two.arrived() > before_two);
}
