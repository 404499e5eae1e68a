#include "tls/tls_files.hpp"

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"
#include "support/tls_files.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

std::string refusal_text(const tls_settings& settings) {
  const auto read = read_tls_files(settings);
  if (read) return "nothing is wrong";
  CHECK(read.error() == errc::invalid_configuration);
  CHECK(read.error().at() == stage::configuration);
  return read.error().detail();
}

}  // namespace

TEST_CASE("files that fit are read whole") {
  const test_pki pki;
  const auto client = *pki.authority.issue();
  const auto files = read_tls_files(pki.with_client(client));
  REQUIRE(files);
  CHECK((*files)->trust_pem == pki.authority.certificate_pem());
  CHECK((*files)->certificate_pem == client.certificate_pem);
  CHECK((*files)->key_pem == client.key_pem);
  const auto none = read_tls_files({});
  REQUIRE(none);
  CHECK((*none)->trust_pem.empty());
}

TEST_CASE("a trust store that is none is refused with the reason") {
  const test_pki pki;
  const auto trust = [&](const std::string& text) {
    tls_settings settings;
    settings.trust_store_file = pki.folder.write("trust.pem", text);
    return refusal_text(settings);
  };
  using Catch::Contains;
  CHECK_THAT(trust(""), Contains("it is empty"));
  CHECK_THAT(trust("\xFE\xED\xFE\xED jks"), Contains("Java key store"));
  CHECK_THAT(trust("0\x82 der"), Contains("not PEM but binary"));
  CHECK_THAT(trust(pki.server.key_pem), Contains("a private key, but no certificate"));
  CHECK_THAT(trust("words"), Contains("no certificate in PEM"));
  auto damaged = pki.authority.certificate_pem();
  damaged.replace(damaged.size() / 2, 8, "!!!!!!!!");
  CHECK_THAT(trust(damaged), Contains("certificate 1 in it is damaged"));
  CHECK_THAT(trust(pki.authority.certificate_pem() + damaged),
             Contains("certificate 2 in it is damaged"));
  CHECK_THAT(trust(std::string(limits::tls_file_bytes_max + 1, 'x')),
             Contains("tls_file_bytes_max"));
  CHECK(trust(pki.authority.certificate_pem() + pki.server.certificate_pem) ==
        "nothing is wrong");
  tls_settings missing;
  missing.trust_store_file = "/does/not/exist.pem";
  CHECK_THAT(refusal_text(missing), Contains("tls_trust_store_file: file \"/does/not/exist"));
  missing.trust_store_file = "/";
  CHECK_THAT(refusal_text(missing), Contains("it is not a file"));
}

TEST_CASE("a client's certificate and its key must fit") {
  const test_pki pki;
  using Catch::Contains;
  auto settings = pki.with_client({pki.server.certificate_pem, pki.authority.issue()->key_pem});
  CHECK_THAT(refusal_text(settings), Contains("is not that of the first certificate"));
  settings = pki.with_client({pki.server.certificate_pem, "words"});
  CHECK_THAT(refusal_text(settings), Contains("no private key in PEM"));
  settings = pki.with_client({"words", pki.server.key_pem});
  CHECK_THAT(refusal_text(settings), Contains("tls_certificate_file: file"));
  settings.key_file.clear();
  CHECK_THAT(refusal_text(settings), Contains("need each other"));
}

TEST_CASE("a change is noticed, and one that cannot be used is told") {
  const test_pki pki;
  const auto watch = *tls_file_watch::open(pki.trusting());
  const auto first = watch->latest();
  CHECK(watch->latest() == first);
  (void)pki.folder.write("ca.pem", "words");
  CHECK(watch->latest() == first);
  CHECK_THAT(watch->refusal(), Catch::Contains("no certificate in PEM"));
  const test_pki renewed;
  (void)pki.folder.write("ca.pem", renewed.authority.certificate_pem());
  const auto second = watch->latest();
  CHECK(second->trust_pem == renewed.authority.certificate_pem());
  CHECK(watch->refusal().empty());
}

TEST_CASE("the file of the system's certificates can be chosen by its usual variable") {
  ::setenv("SSL_CERT_FILE", "/some/file.pem", 1);
  CHECK(system_trust_file() == "/some/file.pem");
  ::unsetenv("SSL_CERT_FILE");
  CHECK(system_trust_file() != "/some/file.pem");
}
