// TLS on the ports of a running sandbox.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <thread>

#include "pravega_sandbox/access.hpp"
#include "security/delegation_tokens.hpp"
#include "support/controller_rpcs.hpp"
#include "unit/sandbox_server/running_sandbox.hpp"
#include "unit/sandbox_server/tls_client.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;
using Catch::Contains;

namespace {

namespace tls_rpcs = pravega_actor::test::rpcs;

struct tls_sandbox {
  certificate_authority authority = *certificate_authority::make();
  running_sandbox s;

  explicit tls_sandbox(sandbox_options options = {}) : s{with_tls(std::move(options))} {}
  sandbox_options with_tls(sandbox_options options) const {
    options.tls = *authority.issue();
    return options;
  }
  certificate certificate_for(const std::string& host) const {
    certificate_request wanted;
    wanted.dns_names = {host};
    wanted.ip_addresses.clear();
    return *authority.issue(wanted);
  }
  [[nodiscard]] tls_wishes trusting() const { return {authority.certificate_pem()}; }
  [[nodiscard]] tls_wishes asking_controller() const {
    auto wishes = trusting();
    wishes.offers_h2 = true;
    return wishes;
  }
  ::grpc::StatusCode ask_controller(const std::string& roots) const {
    ::grpc::SslCredentialsOptions options;
    options.pem_root_certs = roots;
    ::grpc::ChannelArguments apart;
    apart.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto address = s.server->controller_endpoint().to_string();
    const auto channel =
        ::grpc::CreateCustomChannel(address, ::grpc::SslCredentials(options), apart);
    tls_rpcs::pb::ScopeInfo scope;
    scope.set_scope("scope");
    tls_rpcs::pb::ExistsResponse reply;
    return pravega_actor::test::call_rpc(channel, tls_rpcs::checkScopeExists.name, scope, reply,
                                         std::chrono::milliseconds{patience_ms})
        .error_code();
  }
};

}  // namespace

TEST_CASE("sandbox TLS: both ports show the certificate") {
  tls_sandbox t;
  CHECK(t.s.server->controller_uri().starts_with("tls://127.0.0.1:"));
  tls_client client{t.s.store(), t.trusting()};
  REQUIRE(client.shaken());
  CHECK(client.verdict() == X509_V_OK);
  CHECK(client.alive());
  CHECK(t.ask_controller(t.authority.certificate_pem()) == ::grpc::StatusCode::OK);
}

TEST_CASE("sandbox TLS: another authority and another host are noticed by clients") {
  tls_sandbox t;
  const auto other = certificate_authority::make();
  CHECK_FALSE(tls_client{t.s.store(), {other->certificate_pem()}}.shaken());
  tls_client elsewhere{t.s.store(), {t.authority.certificate_pem(), "elsewhere.example"}};
  CHECK_FALSE(elsewhere.shaken());
  CHECK(elsewhere.verdict() == X509_V_ERR_HOSTNAME_MISMATCH);
  CHECK(t.ask_controller(other->certificate_pem()) == ::grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("sandbox TLS: versions 1.2 and 1.3, and nothing older") {
  tls_sandbox t;
  auto wishes = t.trusting();
  wishes.version = TLS1_2_VERSION;
  CHECK(tls_client{t.s.store(), wishes}.version() == std::string{"TLSv1.2"});
  wishes.version = TLS1_3_VERSION;
  CHECK(tls_client{t.s.store(), wishes}.version() == std::string{"TLSv1.3"});
  wishes.version = TLS1_1_VERSION;
  CHECK_FALSE(tls_client{t.s.store(), wishes}.shaken());
}

TEST_CASE("sandbox TLS: the controller speaks h2") {
  tls_sandbox t;
  tls_client client{t.s.server->controller_endpoint(), t.asking_controller()};
  CHECK(client.shaken());
  CHECK(client.protocol() == "h2");
}

TEST_CASE("sandbox TLS: events are written and read in order, whatever their size") {
  tls_sandbox t;
  tls_client client{t.s.store(), t.trusting()};
  client.send(wire::setup_append{1, writer_id, segment_name, {}});
  (void)client.expect<wire::append_setup>();
  std::vector<std::byte> all;
  for (int i = 1; i <= 60; ++i) {
    const std::vector<std::byte> piece(static_cast<std::size_t>(i) * 5003,
                                       static_cast<std::byte>(i));
    REQUIRE(client.send(wire::append_block_end{writer_id, 0, piece, 1, i, 1}));
    all.insert(all.end(), piece.begin(), piece.end());
  }
  while (client.expect<wire::data_appended>().event_number < 60)
    continue;
  std::vector<std::byte> read;
  while (read.size() < all.size()) {
    client.send(wire::read_segment{
        segment_name, static_cast<std::int64_t>(read.size()), 1 << 21, {}, 1});
    const auto reply = client.expect<wire::segment_read>();
    read.insert(read.end(), reply.data.begin(), reply.data.end());
  }
  CHECK(read == all);
}

TEST_CASE("sandbox TLS: a reader that does not take its replies blocks nobody") {
  tls_sandbox t;
  tls_client client{t.s.store(), t.trusting()};
  client.send(wire::setup_append{1, writer_id, segment_name, {}});
  (void)client.expect<wire::append_setup>();
  client.send(wire::append_block_end{writer_id, 0, std::vector<std::byte>(2 << 20), 1, 1, 1});
  (void)client.expect<wire::data_appended>();
  tls_client slow{t.s.store(), t.trusting()};
  constexpr int asked = 40;
  for (int i = 0; i < asked; ++i)
    slow.send(wire::read_segment{segment_name, 0, 2 << 20, {}, i});
  CHECK(client.alive());
  for (int i = 0; i < asked; ++i)
    CHECK(slow.expect<wire::segment_read>().request_id == i);
}

TEST_CASE("sandbox TLS: a client without it gets an alert, and the end") {
  tls_sandbox t;
  raw_client plain{t.s.store()};
  plain.send(wire::hello{16, 5});
  const auto alert = plain.receive_bytes(7);
  REQUIRE_FALSE(alert.empty());
  CHECK(alert.front() == std::byte{0x15});
  CHECK(plain.closes());
  CHECK(tls_client{t.s.store(), t.trusting()}.alive());
}

TEST_CASE("sandbox TLS: a handshake that takes too long is ended, on both ports") {
  tls_sandbox t;
  const auto begin = std::chrono::steady_clock::now();
  raw_client silent{t.s.store()};
  raw_client at_controller{t.s.server->controller_endpoint()};
  raw_client half{t.s.store()};
  half.send_bytes(pravega_actor::as_bytes({"\x16\x03\x01\x02\x00\x01", 6}));
  CHECK(silent.closes());
  CHECK(half.closes());
  CHECK(at_controller.closes());
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took > std::chrono::milliseconds{9500});
  CHECK(tls_client{t.s.store(), t.trusting()}.alive());
}

TEST_CASE("sandbox TLS: handshakes hang as long as they are told to") {
  tls_sandbox t;
  // A client of TLS 1.3 is ready before its server.
  tls_client before{t.s.store(), t.trusting()};
  REQUIRE(before.alive());
  t.s.server->stall_handshakes(true);
  CHECK_FALSE(tls_client{t.s.store(), t.trusting(), 300}.shaken());
  CHECK_FALSE(
      tls_client{t.s.server->controller_endpoint(), t.asking_controller(), 300}.shaken());
  CHECK(before.alive());
  bool at_store = false;
  bool at_controller = false;
  std::thread late{[&] { at_store = tls_client{t.s.store(), t.trusting()}.alive(); }};
  std::thread later{[&] {
    at_controller =
        tls_client{t.s.server->controller_endpoint(), t.asking_controller()}.shaken();
  }};
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  t.s.server->stall_handshakes(false);
  late.join();
  later.join();
  CHECK(at_store);
  CHECK(at_controller);
}

TEST_CASE("sandbox TLS: a renewed certificate is shown to new connections, on both ports") {
  tls_sandbox t;
  tls_client before{t.s.store(), t.trusting()};
  REQUIRE(t.s.server->show_certificate(t.certificate_for("renewed.example")));
  auto wishes = t.trusting();
  wishes.host = "renewed.example";
  tls_client after{t.s.store(), wishes};
  CHECK(after.shows("renewed.example"));
  CHECK(after.alive());
  CHECK(before.alive());
  wishes.offers_h2 = true;
  CHECK(tls_client{t.s.server->controller_endpoint(), wishes}.shows("renewed.example"));
  // As for another host: gRPC's client asks for 127.0.0.1.
  CHECK(t.ask_controller(t.authority.certificate_pem()) == ::grpc::StatusCode::UNAVAILABLE);
  REQUIRE(t.s.server->show_certificate(*t.authority.issue()));
  CHECK(t.ask_controller(t.authority.certificate_pem()) == ::grpc::StatusCode::OK);
  CHECK(t.s.server->counters().controller_calls == 1);
}

TEST_CASE("sandbox TLS: an expired certificate is shown as it is") {
  const auto authority = certificate_authority::make();
  certificate_request wanted;
  wanted.valid_from = -std::chrono::hours{2};
  wanted.valid_to = -std::chrono::hours{1};
  sandbox_options options;
  options.tls = *authority->issue(wanted);
  running_sandbox s{options};
  tls_client client{s.store(), {authority->certificate_pem()}};
  CHECK_FALSE(client.shaken());
  CHECK(client.verdict() == X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST_CASE("sandbox TLS: what is no certificate with its key is refused") {
  const auto authority = certificate_authority::make();
  const auto one = *authority->issue();
  const auto two = *authority->issue();
  const auto problem = [](const certificate& shown) {
    sandbox_options options;
    options.tls = shown;
    const auto started = sandbox::start(options);
    REQUIRE_FALSE(started);
    CHECK(started.error() == pravega_actor::errc::invalid_argument);
    return started.error().detail();
  };
  CHECK_THAT(problem({"none", one.key_pem}), Contains("none in PEM"));
  CHECK_THAT(problem({one.certificate_pem, "none"}), Contains("no key"));
  CHECK_THAT(problem({one.certificate_pem, two.key_pem}), Contains("key of another"));
  running_sandbox plain;
  CHECK(plain.server->show_certificate(one).error() == pravega_actor::errc::invalid_argument);
}

TEST_CASE("sandbox TLS: a connection that ends with its token says goodbye") {
  sandbox_options options;
  options.access =
      access_options{.accounts = "u:00:", .tokens = {"key", std::chrono::seconds{1}}};
  tls_sandbox t{options};
  const delegation_tokens tokens{options.access->tokens};
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  tls_client client{t.s.store(), t.trusting()};
  client.send(wire::setup_append{
      1, writer_id, segment_name,
      tokens.issue("prn::/scope:scope/stream:stream", permission::read_update, now + 500)});
  (void)client.expect<wire::append_setup>();
  CHECK(client.ends_well());
  CHECK(t.s.server->counters().token_ends == 1);
}
