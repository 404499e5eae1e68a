#include <grpcpp/security/server_credentials.h>

#include "scripted_controller.hpp"
#include "support/catch.hpp"
#include "support/tls_files.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;
using namespace std::chrono_literals;
using pravega_sandbox::certificate_request;

namespace {

std::shared_ptr<grpc::ServerCredentials> server_with(const pravega_sandbox::certificate& own,
                                                     const std::string& clients_of = {}) {
  grpc::SslServerCredentialsOptions options{
      clients_of.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                         : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY};
  options.pem_root_certs = clients_of;
  options.pem_key_cert_pairs.push_back({own.key_pem, own.certificate_pem});
  return grpc::SslServerCredentials(options);
}

struct secure_controller {
  explicit secure_controller(std::shared_ptr<grpc::ServerCredentials> credentials)
      : server{0, "127.0.0.1", std::move(credentials)} {
    pb::ExistsResponse yes;
    yes.set_exists(true);
    server.answer("checkScopeExists", yes);
  }
  [[nodiscard]] std::string uri(const std::string& host = "localhost",
                                const std::string& scheme = "tls") const {
    return scheme + "://" + host + ":" + std::to_string(server.port());
  }
  scripted_controller server;
};

controller_port_options secured(const tls_settings& settings) {
  return {milliseconds{6000}, std::nullopt, settings};
}

/// The last error within ten seconds, or success: gRPC may fail while it still connects.
result<controller::reply> settled(controller_port& port) {
  const auto end = clock_type::now() + seconds{10};
  for (;;) {
    auto got = ask_any(port, check_scope{"s"});
    if (got || got.error() != errc::controller_unreachable || clock_type::now() > end)
      return got;
    std::this_thread::sleep_for(milliseconds{20});
  }
}

error refusal(const secure_controller& by, const tls_settings& settings,
              const std::string& host = "localhost") {
  const auto port = port_to(by.uri(host), secured(settings));
  REQUIRE(port);
  const auto got = settled(*port);
  return got ? error{errc::internal_error, "it was accepted"} : got.error();
}

}  // namespace

TEST_CASE("calls go over TLS to names and to addresses") {
  const test_pki pki;
  const secure_controller controller{server_with(pki.server)};
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    CAPTURE(host);
    const auto port = port_to(controller.uri(host), secured(pki.trusting()));
    REQUIRE(port);
    CHECK(settled(*port));
  }
  auto leaf = pki.trusting();
  leaf.trust_store_file = pki.folder.write("leaf.pem", pki.server.certificate_pem);
  const auto port = port_to(controller.uri("localhost", "ssl"), secured(leaf));
  REQUIRE(port);
  CHECK(settled(*port));
}

TEST_CASE("a controller's certificate that is not accepted ends the call at once") {
  const test_pki pki;
  const test_pki other;
  {
    const secure_controller controller{server_with(other.server)};
    const auto why = refusal(controller, pki.trusting());
    CAPTURE(why.to_string());
    CHECK(why == errc::certificate_rejected);
    CHECK_FALSE(why.retriable());
    CHECK_FALSE(why.controller().empty());
    CHECK(refusal(controller, {}) == errc::certificate_rejected);
  }
  {
    const secure_controller controller{
        server_with(*pki.authority.issue({"localhost", {"elsewhere.example"}, {}}))};
    for (const std::string host : {"localhost", "127.0.0.1"}) {
      const auto why = refusal(controller, pki.trusting(), host);
      CAPTURE(why.to_string());
      CHECK(why == errc::certificate_rejected);
      CHECK_THAT(why.detail(), Catch::Contains(host));
    }
    auto unchecked = pki.trusting();
    unchecked.host_name_check = false;
    CHECK(refusal(controller, unchecked).detail() == "it was accepted");
  }
  certificate_request old;
  old.valid_from = -48h;
  old.valid_to = -24h;
  const secure_controller controller{server_with(*pki.authority.issue(old))};
  auto unchecked = pki.trusting();
  CHECK(refusal(controller, unchecked) == errc::certificate_rejected);
  unchecked.host_name_check = false;
  CHECK(refusal(controller, unchecked) == errc::certificate_rejected);
}

TEST_CASE("a controller that speaks plain text is told from one that does not answer") {
  const test_pki pki;
  const secure_controller controller{nullptr};
  const auto why = refusal(controller, pki.trusting());
  CAPTURE(why.to_string());
  CHECK(why == errc::tls_failed);
}

TEST_CASE("a plain call to a TLS controller says what may be wrong") {
  const test_pki pki;
  const secure_controller controller{server_with(pki.server)};
  const auto port = port_to(controller.uri("127.0.0.1", "tcp"));
  REQUIRE(port);
  const auto got = ask_any(*port, check_scope{"s"});
  REQUIRE_FALSE(got);
  CAPTURE(got.error().to_string());
  CHECK(got.error() == errc::controller_unreachable);
}

TEST_CASE("a client's certificate is shown to controllers") {
  const test_pki pki;
  const secure_controller controller{server_with(pki.server, pki.authority.certificate_pem())};
  const auto client = *pki.authority.issue({"a client", {"client"}, {}});
  auto settings = pki.with_client(client);
  CHECK(refusal(controller, settings).detail() == "it was accepted");
  settings.host_name_check = false;
  CHECK(refusal(controller, settings).detail() == "it was accepted");
}

TEST_CASE("a renewed trust store counts for channels that fail") {
  const test_pki pki;
  const test_pki other;
  const secure_controller controller{server_with(other.server)};
  const auto port = port_to(controller.uri(), secured(pki.trusting()));
  REQUIRE(port);
  CHECK_FALSE(settled(*port));
  (void)pki.folder.write("ca.pem", other.authority.certificate_pem());
  CHECK(settled(*port));
}

TEST_CASE("one controller with a foreign certificate does not keep calls from another") {
  const test_pki pki;
  const test_pki other;
  const secure_controller foreign{server_with(other.server)};
  const secure_controller good{server_with(pki.server)};
  const auto port = port_to("tls://localhost:" + std::to_string(foreign.server.port()) +
                                ",localhost:" + std::to_string(good.server.port()),
                            secured(pki.trusting()));
  REQUIRE(port);
  int answered = 0;
  for (int i = 0; i < 50 && answered == 0; ++i)
    if (ask_any(*port, check_scope{"s"})) ++answered;
  CHECK(answered == 1);
}

TEST_CASE("a port refuses files that cannot be used") {
  const auto made =
      make_grpc_controller_port("tls://localhost:1", secured({"/no/file", true, {}, {}}));
  REQUIRE_FALSE(made);
  CHECK(made.error() == errc::invalid_configuration);
  CHECK_THAT(made.error().detail(), Catch::Contains("tls_trust_store_file"));
  CHECK(make_grpc_controller_port("tcp://localhost:1", secured({"/no/file", true, {}, {}})));
}
