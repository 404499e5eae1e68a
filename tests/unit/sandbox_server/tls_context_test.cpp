#include "server/tls_context.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;

TEST_CASE("tls context: a chain comes with its certificate") {
  const auto authority = certificate_authority::make();
  auto shown = *authority->issue();
  shown.certificate_pem += authority->certificate_pem();
  const auto context = make_tls_context(shown);
  REQUIRE(context);
  STACK_OF(X509)* chain = nullptr;
  REQUIRE(SSL_CTX_get0_chain_certs(context->get(), &chain) == 1);
  CHECK(sk_X509_num(chain) == 1);
  CHECK((SSL_CTX_get_mode(context->get()) & SSL_MODE_AUTO_RETRY) == 0);
  CHECK(SSL_CTX_get_min_proto_version(context->get()) == TLS1_2_VERSION);
}

TEST_CASE("tls context: what is no certificate with its key is refused") {
  const auto authority = certificate_authority::make();
  const auto one = *authority->issue();
  const auto two = *authority->issue();
  for (const auto& bad :
       {certificate{"", one.key_pem}, certificate{one.certificate_pem, ""},
        certificate{one.certificate_pem, two.key_pem}, certificate{one.key_pem, one.key_pem}})
    CHECK(make_tls_context(bad).error() == pravega_actor::errc::invalid_argument);
}
