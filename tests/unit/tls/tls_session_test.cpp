#include "tls/tls_session.hpp"

#include "support/catch.hpp"
#include "support/tls_files.hpp"
#include "support/tls_server.hpp"
#include "tls/certificate_text.hpp"
#include "tls/pem.hpp"
#include "tls/tls_context.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

/// A server's end in memory.
struct server_in_memory {
  explicit server_in_memory(const tls_server& of)
      : from_client{BIO_new(BIO_s_mem())},
        to_client{BIO_new(BIO_s_mem())},
        ssl{SSL_new(of.context())} {
    SSL_set_bio(ssl.get(), from_client, to_client);
    SSL_set_accept_state(ssl.get());
  }
  void take(tls_session& client) const {
    const auto bytes = client.output();
    if (bytes.empty()) return;
    BIO_write(from_client, bytes.data(), static_cast<int>(bytes.size()));
    client.sent(bytes.size());
  }
  /// At most `count` bytes at a time.
  void give(tls_session& client, std::size_t count) const {
    const auto room = client.input_room();
    const int got =
        BIO_read(to_client, room.data(), static_cast<int>(std::min(room.size(), count)));
    if (got > 0) client.input(static_cast<std::size_t>(got));
  }
  BIO* from_client;
  BIO* to_client;
  ssl_pointer ssl;
};

}  // namespace

TEST_CASE("a session shakes hands and carries bytes, also byte by byte") {
  const test_pki pki;
  const tls_server of{pki.server};
  const auto context = *tls_context::open(pki.trusting());
  const auto piece = GENERATE(std::size_t{1}, std::size_t{1u << 20});
  const auto client = *context->start("localhost");
  const server_in_memory server{of};
  bool up = false;
  for (int round = 0; round < 20000 && !up; ++round) {
    const auto step = client->shake_hands();
    REQUIRE(step);
    up = *step;
    server.take(*client);
    SSL_do_handshake(server.ssl.get());
    server.give(*client, piece);
  }
  REQUIRE(up);
  CHECK(client->write(as_bytes("to the server")));
  server.take(*client);
  std::array<char, 100> text{};
  CHECK(SSL_read(server.ssl.get(), text.data(), 100) == 13);
  SSL_write(server.ssl.get(), "to the client", 13);
  std::string got;
  while (got.size() < 13) {
    server.give(*client, piece);
    const auto count = client->read(std::as_writable_bytes(std::span{text}));
    REQUIRE(count);
    got.append(text.data(), *count);
  }
  CHECK(got == "to the client");
  CHECK_FALSE(client->ended());
  SSL_shutdown(server.ssl.get());
  for (int round = 0; round < 100 && !client->ended(); ++round) {
    server.give(*client, piece);
    CHECK(client->read(std::as_writable_bytes(std::span{text})));
  }
  CHECK(client->ended());
  client->say_end();
  CHECK_FALSE(client->output().empty());
}

TEST_CASE("a session without a name is refused") {
  const test_pki pki;
  const auto context = *tls_context::open(pki.trusting());
  CHECK_FALSE(context->start(""));
  CHECK(context->start("name.example."));
  CHECK(context->start("::1"));
}

TEST_CASE("a context needs files that can be used") {
  const auto opened = tls_context::open({"/does/not/exist", true, {}, {}});
  REQUIRE_FALSE(opened);
  CHECK(opened.error() == errc::invalid_configuration);
}

TEST_CASE("a certificate's names and times are told in words") {
  const test_pki pki;
  const auto named = *pki.authority.issue({"me", {"a.example", "b.example"}, {"::1"}});
  const auto read = read_certificates(named.certificate_pem);
  REQUIRE(read);
  const auto* const certificate = read->front().get();
  CHECK(names_in(certificate) == "DNS:a.example, DNS:b.example, IP:::1");
  CHECK_THAT(text_of(X509_get_subject_name(certificate)), Catch::Contains("me"));
  CHECK_THAT(text_of(X509_get0_notAfter(certificate)), Catch::Contains("GMT"));
  const auto bare =
      read_certificates(pki.authority.issue({"only me", {}, {}})->certificate_pem);
  CHECK_THAT(names_in(bare->front().get()), Catch::Contains("only me"));
  pravega_sandbox::certificate_request many;
  for (int i = 0; i < 20; ++i)
    many.dns_names.push_back("n" + std::to_string(i) + ".example");
  const auto cut = read_certificates(pki.authority.issue(many)->certificate_pem);
  CHECK_THAT(names_in(cut->front().get()), Catch::Matchers::EndsWith("..."));
}
