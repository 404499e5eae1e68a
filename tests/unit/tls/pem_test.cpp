#include "tls/pem.hpp"

#include <openssl/pem.h>

#include "support/catch.hpp"
#include "support/tls_files.hpp"
#include "tls/tls_objects.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

TEST_CASE("all certificates of a text are read, with words between them") {
  const test_pki pki;
  const auto all = read_certificates("first\n" + pki.server.certificate_pem + "second\n" +
                                     pki.authority.certificate_pem() + pki.server.key_pem);
  REQUIRE(all);
  CHECK(all->size() == 2);
  CHECK(read_key(pki.server.certificate_pem + pki.server.key_pem));
  CHECK_FALSE(read_key(pki.server.certificate_pem));
}

TEST_CASE("a key with a passphrase is refused, and nobody is asked for it") {
  const test_pki pki;
  const auto key = read_key(pki.server.key_pem);
  REQUIRE(key);
  const bio_pointer to{BIO_new(BIO_s_mem())};
  char secret[] = "word";
  REQUIRE(PEM_write_bio_PKCS8PrivateKey(to.get(), key->get(), EVP_aes_128_cbc(), secret, 4,
                                        nullptr, nullptr) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(to.get(), &data);
  const auto refused = read_key({data, static_cast<std::size_t>(size)});
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().detail(), Catch::Contains("its key has a passphrase"));
}
