#include "server/controller_listener.hpp"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <sys/resource.h>

#include <chrono>

#include "server/io_thread.hpp"
#include "support/controller_rpcs.hpp"
#include "unit/sandbox_server/running_sandbox.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

namespace rpcs = pravega_actor::test::rpcs;
constexpr std::chrono::seconds patience{10};

/// While it lives the process can open this many more descriptors.
class few_descriptors {
 public:
  explicit few_descriptors(rlim_t spare) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);
    ::close(next);
    const rlimit lowered{static_cast<rlim_t>(next) + spare, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  ~few_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  few_descriptors(const few_descriptors&) = delete;
  few_descriptors& operator=(const few_descriptors&) = delete;
  [[nodiscard]] static bool all_taken() {
    const int next = ::dup(0);
    if (next >= 0) ::close(next);
    return next < 0;
  }

 private:
  rlimit before_{};
};

/// Asks over a connection of its own.
bool controller_answers(const sandbox& server) {
  ::grpc::ChannelArguments apart;
  apart.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel = ::grpc::CreateCustomChannel(server.controller_endpoint().to_string(),
                                                   ::grpc::InsecureChannelCredentials(), apart);
  rpcs::pb::ScopeInfo scope;
  scope.set_scope("scope");
  rpcs::pb::ExistsResponse reply;
  const auto status = pravega_actor::test::call_rpc(channel, rpcs::checkScopeExists.name, scope,
                                                    reply, patience, true);
  return status.ok() && reply.exists();
}

struct listening {
  ::grpc::CallbackGenericService service;
  io_thread thread;
  controller_listener listener;
  std::unique_ptr<::grpc::Server> server;

  explicit listening(std::size_t connections_max) : listener{thread.io(), connections_max} {
    REQUIRE(listener.listen({asio::ip::make_address("127.0.0.1"), 0}));
    ::grpc::ServerBuilder builder;
    builder.RegisterCallbackGenericService(&service);
    auto side = controller_listener::add_to(builder, ::grpc::InsecureServerCredentials());
    server = builder.BuildAndStart();
    REQUIRE(server);
    listener.serve_with(std::move(side));
    thread.start();
  }
  ~listening() {
    thread.run([this] { listener.stop(); });
    server->Shutdown(std::chrono::system_clock::now());
  }
  std::size_t open() {
    return thread.run([this] { return listener.open(); });
  }
  [[nodiscard]] pravega_actor::endpoint address() const {
    return {"127.0.0.1", listener.port()};
  }
};

}  // namespace

TEST_CASE("controller listener: serves again after the process was out of descriptors") {
  running_sandbox s;
  REQUIRE(controller_answers(*s.server));
  {
    // One for the server: it accepts, and fails at the next.
    constexpr std::size_t clients = 20;
    few_descriptors limit{clients + 1};
    std::vector<std::unique_ptr<raw_client>> waiting;
    for (std::size_t i = 0; i < clients; ++i)
      waiting.push_back(std::make_unique<raw_client>());
    for (auto& each : waiting)
      REQUIRE(each->connect(s.server->controller_endpoint()));
    CHECK(comes_true([] { return few_descriptors::all_taken(); }));
  }
  CHECK(controller_answers(*s.server));
  CHECK(raw_client{s.store()}.alive());
}

TEST_CASE("controller listener: refuses connections above its limit until others end") {
  listening l{2};
  raw_client first{l.address()};
  REQUIRE(first.receives_bytes());
  {
    raw_client second{l.address()};
    REQUIRE(second.receives_bytes());
    CHECK_FALSE(raw_client{l.address()}.receives_bytes());
    CHECK(l.open() == 2);
  }
  CHECK(comes_true([&] { return l.open() == 1; }));
  CHECK(raw_client{l.address()}.receives_bytes());
}

TEST_CASE("controller listener: a connection that ends is closed, whatever it sent") {
  listening l{10};
  for (const char* sent : {"", "GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
    raw_client peer{l.address()};
    REQUIRE(peer.receives_bytes());
    peer.send_bytes(pravega_actor::as_bytes(sent));
  }
  CHECK(comes_true([&] { return l.open() == 0; }));
}
