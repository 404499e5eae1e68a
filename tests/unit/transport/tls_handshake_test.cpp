#include <thread>

#include "support/catch.hpp"
#include "tls_pair.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;
using namespace std::chrono_literals;
using pravega_sandbox::certificate_request;

TEST_CASE("a server of the trusted authority is accepted, with both versions of TLS") {
  const test_pki pki;
  const auto [version, name] = GENERATE(table<int, std::string>({
      {TLS1_2_VERSION, "TLSv1.2"},
      {TLS1_3_VERSION, "TLSv1.3"},
  }));
  const tls_server server{pki.server, version, version};
  tls_pair p{pki, server};
  REQUIRE(p.up);
  CHECK(p.end.version() == name);
  CHECK(p.end.server_name() == "localhost");
  send_text(*p.client.link, "to the server");
  CHECK(as_text(p.end.read_exactly(13)) == "to the server");
  p.end.write_all(as_bytes("to the client"));
  CHECK(p.client.handler->wait_received(13));
  CHECK(as_text(p.client.handler->now().received) == "to the client");
}

TEST_CASE("an address is compared with the addresses of the certificate") {
  const test_pki pki;
  {
    tls_pair p{pki, tls_server{pki.server}, "127.0.0.1"};
    CHECK(p.up);
    CHECK(p.end.server_name().empty());
  }
  const auto only_name = *pki.authority.issue({"localhost", {"localhost"}, {}});
  const auto why = refusal_of(tls_server{only_name}, pki.trusting(), "127.0.0.1");
  CHECK(why == errc::certificate_rejected);
  CHECK_THAT(why.detail(), Catch::Contains("127.0.0.1"));
}

TEST_CASE("a server's own certificate may be what is trusted") {
  const test_pki pki;
  auto settings = pki.trusting();
  settings.trust_store_file = pki.folder.write("leaf.pem", pki.server.certificate_pem);
  tls_pair p{tls_server{pki.server}, settings};
  CHECK(p.up);
}

TEST_CASE("a certificate of another authority is refused") {
  const test_pki pki;
  const test_pki other;
  const auto why = refusal_of(tls_server{other.server}, pki.trusting());
  CHECK(why == errc::certificate_rejected);
  CHECK(why.at() == stage::tls_handshake);
  CHECK_FALSE(why.retriable());
  CHECK_THAT(why.detail(), Catch::Contains("its issuer is not in tls_trust_store_file"));
  CHECK_THAT(why.detail(), Catch::Contains("localhost"));
  CHECK_FALSE(why.segment_store().empty());
}

TEST_CASE("the system's trust store is what counts without a file") {
  const test_pki pki;
  const auto why = refusal_of(tls_server{pki.server}, {});
  CHECK(why == errc::certificate_rejected);
  CHECK_THAT(why.detail(), Catch::Contains("tls_trust_store_file is not set"));
}

TEST_CASE("a certificate for another name is refused, and both names are told") {
  const test_pki pki;
  const auto elsewhere =
      *pki.authority.issue({"localhost", {"elsewhere.example"}, {"192.0.2.7"}});
  auto settings = pki.trusting();
  const auto why = refusal_of(tls_server{elsewhere}, settings);
  CHECK(why == errc::certificate_rejected);
  CHECK_THAT(why.detail(),
             Catch::Contains("it is for DNS:elsewhere.example, IP:192.0.2.7, not for"));
  CHECK_THAT(why.detail(), Catch::Contains("localhost"));
  settings.host_name_check = false;
  tls_pair p{tls_server{elsewhere}, settings};
  CHECK(p.up);
}

TEST_CASE("an expired certificate is refused, also without a check of names") {
  const test_pki pki;
  certificate_request old;
  old.valid_from = -48h;
  old.valid_to = -24h;
  auto settings = pki.trusting();
  settings.host_name_check = false;
  const auto why = refusal_of(tls_server{*pki.authority.issue(old)}, settings);
  CHECK(why == errc::certificate_rejected);
  CHECK_THAT(why.detail(), Catch::Contains("it expired at"));
  certificate_request early;
  early.valid_from = 24h;
  early.valid_to = 48h;
  CHECK_THAT(refusal_of(tls_server{*pki.authority.issue(early)}, settings).detail(),
             Catch::Contains("it is not valid before"));
}

TEST_CASE("the client's certificate is shown to a server that asks for it") {
  const test_pki pki;
  tls_server server{pki.server};
  server.require_client(pki.authority.certificate_pem());
  const auto client = *pki.authority.issue({"a client", {"client"}, {}});
  {
    tls_pair p{server, pki.with_client(client)};
    CHECK(p.up);
  }
  const test_pki other;
  auto settings = pki.with_client(*other.authority.issue({"a client", {"client"}, {}}));
  CHECK(refusal_of(server, settings) == errc::tls_failed);
  const auto without = refusal_of(server, pki.trusting());
  CHECK(without == errc::tls_failed);
  CHECK_THAT(without.detail(), Catch::Contains("tls_certificate_file"));
}

TEST_CASE("a peer that speaks plain text is told from one that speaks TLS") {
  const test_pki pki;
  const listener server;
  tls_attempt client{server, pki.trusting(), "localhost"};
  const auto socket = server.accept();
  socket.write_all(as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
  REQUIRE(client.handler->wait_closed());
  const auto why = client.handler->now().closed.front();
  CHECK(why == errc::tls_failed);
  CHECK_THAT(why.detail(), Catch::Contains("does not speak TLS"));
  CHECK(client.handler->now().connected == 0);
}

TEST_CASE("a peer that closes instead of a handshake may come back") {
  const test_pki pki;
  const listener server;
  tls_attempt client{server, pki.trusting(), "127.0.0.1"};
  server.accept().close();
  REQUIRE(client.handler->wait_closed());
  const auto why = client.handler->now().closed.front();
  CHECK(why == errc::segment_store_unreachable);
  CHECK(why.at() == stage::tls_handshake);
}

TEST_CASE("a handshake that hangs ends with the time to connect") {
  const test_pki pki;
  const listener server;
  tls_attempt client{server, pki.trusting(), "127.0.0.1", 300ms};
  const auto socket = server.accept();
  REQUIRE(client.handler->wait_closed());
  const auto why = client.handler->now().closed.front();
  CHECK(why == errc::segment_store_unreachable);
  CHECK(why.at() == stage::tls_handshake);
  CHECK(why.detail() == "the TLS handshake was not complete after 300 ms");
  CHECK(client.port->open_connections() == 0);
}

TEST_CASE("no bytes of a peer end the process") {
  const test_pki pki;
  std::uint64_t state = 1;
  for (int round = 0; round < 40; ++round) {
    const listener server;
    tls_attempt client{server, pki.trusting(), "127.0.0.1", 2s};
    auto socket = server.accept();
    std::vector<std::byte> bytes(1 + static_cast<std::size_t>(round) * 37);
    for (auto& each : bytes) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      each = static_cast<std::byte>(state >> 56);
    }
    // The header of a record, then nonsense.
    bytes.front() = static_cast<std::byte>(20 + round % 5);
    if (bytes.size() > 4) {
      bytes[1] = std::byte{3};
      bytes[2] = std::byte{3};
      bytes[3] = std::byte{0};
    }
    socket.write_all(bytes);
    socket.close();
    REQUIRE(client.handler->wait_closed());
    CHECK(client.handler->now().connected == 0);
  }
}

TEST_CASE("a handshake that is closed by the client is silent") {
  const test_pki pki;
  const listener server;
  for (int i = 0; i < 20; ++i) {
    tls_attempt client{server, pki.trusting(), "127.0.0.1"};
    const auto socket = server.accept();
    client.link->close();
    CHECK(client.port->open_connections() == 0);
    CHECK(client.handler->now().closed.empty());
  }
}

TEST_CASE("a renewed trust store counts for the next connection") {
  const test_pki pki;
  const test_pki renewed;
  const auto settings = pki.trusting();
  const auto port = *make_tls_connection_port(settings);
  const auto outcome = [&](const tls_server& of) {
    const listener server;
    const auto handler = std::make_shared<recorder>();
    const auto link = port->connect(server.address("localhost"), 20s, handler);
    const auto socket = server.accept();
    const tls_server_end end{of, socket.number()};
    const bool up = end.accept() && handler->wait_connected();
    return up                       ? std::string{"up"}
           : handler->wait_closed() ? handler->now().closed.front().detail()
                                    : std::string{"nothing"};
  };
  const tls_server before{pki.server};
  const tls_server after{renewed.server};
  CHECK(outcome(before) == "up");
  CHECK_THAT(outcome(after), Catch::Contains("issuer"));
  (void)pki.folder.write("ca.pem", "half a file");
  CHECK(outcome(before) == "up");
  CHECK_THAT(outcome(after), Catch::Contains("a changed file is not used"));
  (void)pki.folder.write("ca.pem", renewed.authority.certificate_pem());
  CHECK(outcome(after) == "up");
  CHECK_THAT(outcome(before), Catch::Contains("issuer"));
}

TEST_CASE("files that cannot be used are refused before any connection") {
  const auto made = make_tls_connection_port({"/does/not/exist.pem", true, {}, {}});
  REQUIRE_FALSE(made);
  CHECK(made.error() == errc::invalid_configuration);
  CHECK_THAT(made.error().detail(), Catch::Contains("tls_trust_store_file"));
}
