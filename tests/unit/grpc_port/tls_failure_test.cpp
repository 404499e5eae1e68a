#include "grpc_port/tls_failure.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("gRPC's words about TLS have codes") {
  CHECK(tls_failure_in("Ssl handshake failed: SSL_ERROR_SSL: error:0A000086:SSL "
                       "routines::certificate verify failed") == errc::certificate_rejected);
  CHECK(tls_failure_in("CERTIFICATE_VERIFY_FAILED") == errc::certificate_rejected);
  CHECK(tls_failure_in("Peer name a is not in peer certificate") == errc::certificate_rejected);
  CHECK(tls_failure_in("SSL_ERROR_SSL: error:100000f7:SSL routines:OPENSSL_internal:"
                       "WRONG_VERSION_NUMBER") == errc::tls_failed);
  CHECK(tls_failure_in("SSL_ERROR_SSL: wrong version number") == errc::tls_failed);
  CHECK(tls_failure_in("SSL_ERROR_SSL: tlsv1 alert internal error") == std::nullopt);
  CHECK(tls_failure_in("Connection refused") == std::nullopt);
}

TEST_CASE("a plain channel is told what a closed connection may mean") {
  CHECK_THAT(std::string{plain_channel_hint("Socket closed")}, Catch::Contains("tls://"));
  CHECK(plain_channel_hint("Connection refused").empty());
}
