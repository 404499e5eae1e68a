// Calls of clients that have credentials.
#include <algorithm>
#include <atomic>
#include <thread>

#include "all_requests.hpp"
#include "call_fixture.hpp"
#include "support/eventually.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;
using namespace std::chrono_literals;
using Catch::Contains;
using status_code = grpc::StatusCode;

namespace {

constexpr const char* token = "s3cr3t.t0ken";

std::shared_ptr<controller_port> port_as(const scripted_controller& to,
                                         std::shared_ptr<credentials> identity,
                                         const std::string& scheme = "tcp") {
  controller_port_options options;
  options.identity = std::move(identity);
  return port_to(scheme + "://" + to.address(), options);
}

std::shared_ptr<credentials> bearer(const std::string& text = token) {
  return *bearer_credentials(secret{text});
}

}  // namespace

TEST_CASE("every call has the header, also that for the other controllers") {
  scripted_controller server;
  const auto port = port_as(server, bearer(), "pravega");
  for (const auto& call : all_requests())
    (void)failure_of(*port, call);
  const auto count = static_cast<int>(all_requests().size()) + 1;
  REQUIRE(eventually([&] { return server.arrived() >= count; }));
  const auto seen = server.authorizations();
  CHECK(std::all_of(seen.begin(), seen.end(),
                    [](const auto& each) { return each == std::string{"Bearer "} + token; }));
}

TEST_CASE("without credentials there is no header") {
  scripted_controller server;
  const auto port = port_as(server, nullptr);
  CHECK(port->credentials_sent() == credential_use::none);
  (void)failure_of(*port, create_scope{"sc"});
  CHECK(server.authorizations() == std::vector<std::string>{""});
}

TEST_CASE("clients with different credentials do not touch each other") {
  scripted_controller server;
  server.answer("createScope", pb::CreateScopeStatus{});
  const auto one = port_as(server, bearer("one"));
  const auto other = port_as(server, *basic_credentials("a", secret{"b"}));
  for (int i = 0; i < 20; ++i) {
    CHECK(ask(*one, create_scope{"sc"}));
    CHECK(server.authorizations().back() == "Bearer one");
    CHECK(ask(*other, create_scope{"sc"}));
    CHECK(server.authorizations().back() == "Basic YTpi");
  }
}

TEST_CASE("refused credentials are final, and never repeated") {
  scripted_controller server;
  const auto port = port_as(server, bearer());
  const auto refused = [&](status_code status, const std::string& words) {
    server.fail("sealStream", status, words);
    const auto got = failure_of(*port, seal_stream{{"sc", "st"}});
    CAPTURE(got.to_string());
    CHECK_FALSE(got.retriable());
    CHECK(got.controller() == server.address());
    CHECK(got.subject() == "sc/st");
    CHECK_THAT(got.to_string(), Contains("sealStream") && !Contains(token));
    return got;
  };
  CHECK(refused(status_code::UNAUTHENTICATED, "") == errc::unauthenticated);
  CHECK(refused(status_code::UNAUTHENTICATED, std::string{"bad: "} + token) ==
        errc::unauthenticated);
  // A 0.13 controller says this of credentials whose form it does not understand.
  CHECK(refused(status_code::UNKNOWN, "") == errc::unauthenticated);
  const auto denied = refused(status_code::PERMISSION_DENIED, "Authorization failed");
  CHECK(denied == errc::permission_denied);
  CHECK_THAT(denied.detail(), Contains("sealStream: PERMISSION_DENIED") &&
                                  Contains("needed: READ_UPDATE on prn::/scope:sc/stream:st"));
}

TEST_CASE("what Basic cannot cause is a failure of the controller") {
  scripted_controller server;
  const auto port = port_as(server, *basic_credentials("a", secret{"b"}));
  server.fail("sealStream", status_code::UNKNOWN, "");
  CHECK(failure_of(*port, seal_stream{{"sc", "st"}}) == errc::controller_failure);
}

TEST_CASE("missing credentials are named as the reason") {
  scripted_controller server;
  const auto port = port_as(server, nullptr);
  server.fail("sealStream", status_code::UNAUTHENTICATED, "Authentication failed");
  CHECK_THAT(failure_of(*port, seal_stream{{"sc", "st"}}).detail(),
             Contains("the client has no credentials"));
}

TEST_CASE("credentials that answer later hold up no other call") {
  scripted_controller server;
  server.answer("createScope", pb::CreateScopeStatus{});
  std::mutex mutex;
  std::vector<credentials::callback> waiting;
  const auto port =
      port_as(server, credentials_from([&](duration, const credentials::callback& answer) {
                const std::lock_guard lock{mutex};
                if (waiting.empty())
                  waiting.push_back(answer);
                else
                  answer(secret{"Own second"});
              }));
  auto first = begin(*port, create_scope{"sc"});
  CHECK(ask(*port, create_scope{"sc"}));
  CHECK(first.wait_for(0s) == std::future_status::timeout);
  waiting.front()(secret{"Own first"});
  REQUIRE(first.wait_for(30s) == std::future_status::ready);
  CHECK(server.authorizations() == std::vector<std::string>{"Own second", "Own first"});
}

TEST_CASE("credentials that fail or never come end the call in time, with its context") {
  scripted_controller server;
  const bool silent = GENERATE(true, false);
  const auto port =
      port_as(server, credentials_from([&](duration, const credentials::callback& answer) {
                if (!silent) answer(error{errc::io_error, "the vault is closed"});
              }));
  const auto got = failure_of(*port, seal_stream{{"sc", "st"}}, 50ms);
  CHECK(got == (silent ? errc::deadline_exceeded : errc::io_error));
  CHECK(got.at() == stage::controller_call);
  CHECK(got.controller() == server.address());
  CHECK(got.subject() == "sc/st");
  CHECK(server.arrived() == 0);
}

TEST_CASE("calls that wait for credentials end with the port") {
  scripted_controller server;
  std::vector<credentials::callback> kept;
  auto port =
      port_as(server, credentials_from([&](duration, const credentials::callback& answer) {
                kept.push_back(answer);
              }));
  auto one = begin(*port, create_scope{"sc"});
  SECTION("that is shut down") {
    port->shut_down();
  }
  SECTION("that is let go") {
    port.reset();
  }
  REQUIRE(one.wait_for(0s) == std::future_status::ready);
  CHECK(one.get().error() == errc::cancelled);
  kept.front()(secret{"Own late"});
  CHECK(server.arrived() == 0);
}

TEST_CASE("whether credentials can be overheard is known from the address") {
  const auto use = [](const std::string& uri) {
    controller_port_options options;
    options.identity = bearer();
    return (*make_grpc_controller_port(uri, options))->credentials_sent();
  };
  CHECK(use("tcp://127.0.0.1:1,localhost:2,[::1]:3") == credential_use::safe);
  CHECK(use("tcp://127.0.0.1:1,10.0.0.1:2") == credential_use::exposed);
  CHECK(use("tcp://controller.example:1") == credential_use::exposed);
}
