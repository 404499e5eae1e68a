#include "pravega_sandbox/certificates.hpp"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "security/openssl_owner.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using read_certificate = openssl_owner<X509, X509_free>;

read_certificate read_pem(const std::string& pem) {
  const openssl_owner<BIO, BIO_free_all> in{
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  return read_certificate{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)};
}

/// OpenSSL's judgement of a certificate: 0 is good.
int judge(const certificate_authority& trusted, const certificate& shown) {
  const auto root = read_pem(trusted.certificate_pem());
  const auto leaf = read_pem(shown.certificate_pem);
  REQUIRE(root);
  REQUIRE(leaf);
  const openssl_owner<X509_STORE, X509_STORE_free> store{X509_STORE_new()};
  REQUIRE(X509_STORE_add_cert(store.get(), root.get()) == 1);
  const openssl_owner<X509_STORE_CTX, X509_STORE_CTX_free> context{X509_STORE_CTX_new()};
  REQUIRE(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr) == 1);
  (void)X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
  (void)X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

bool names(const certificate& shown, const std::string& host) {
  return X509_check_host(read_pem(shown.certificate_pem).get(), host.data(), host.size(), 0,
                         nullptr) == 1;
}

bool names_address(const certificate& shown, const std::string& address) {
  return X509_check_ip_asc(read_pem(shown.certificate_pem).get(), address.c_str(), 0) == 1;
}

}  // namespace

TEST_CASE("certificates: an authority's own are trusted, others are not") {
  const auto ours = certificate_authority::make();
  const auto others = certificate_authority::make();
  REQUIRE(ours);
  REQUIRE(others);
  const auto made = ours->issue();
  REQUIRE(made);
  CHECK(judge(*ours, *made) == X509_V_OK);
  CHECK(judge(*others, *made) != X509_V_OK);
  CHECK_THAT(made->key_pem, Contains("BEGIN PRIVATE KEY"));
}

TEST_CASE("certificates: the key belongs to the certificate, and each has its own") {
  const auto authority = certificate_authority::make();
  const auto one = authority->issue();
  const auto two = authority->issue();
  REQUIRE(one);
  REQUIRE(two);
  const openssl_owner<BIO, BIO_free_all> in{
      BIO_new_mem_buf(one->key_pem.data(), static_cast<int>(one->key_pem.size()))};
  const openssl_owner<EVP_PKEY, EVP_PKEY_free> key{
      PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr)};
  REQUIRE(key);
  CHECK(X509_check_private_key(read_pem(one->certificate_pem).get(), key.get()) == 1);
  CHECK(X509_check_private_key(read_pem(two->certificate_pem).get(), key.get()) == 0);
}

TEST_CASE("certificates: names and addresses") {
  const auto authority = certificate_authority::make();
  const auto local = authority->issue();
  REQUIRE(local);
  CHECK(names(*local, "localhost"));
  CHECK_FALSE(names(*local, "elsewhere.example"));
  CHECK(names_address(*local, "127.0.0.1"));
  CHECK(names_address(*local, "::1"));
  CHECK_FALSE(names_address(*local, "127.0.0.2"));
  const auto other = authority->issue(
      {.common_name = "x", .dns_names = {"elsewhere.example"}, .ip_addresses = {}});
  REQUIRE(other);
  CHECK(names(*other, "elsewhere.example"));
  CHECK_FALSE(names(*other, "localhost"));
}

TEST_CASE("certificates: a common name alone") {
  const auto authority = certificate_authority::make();
  const auto made =
      authority->issue({.common_name = "old.example", .dns_names = {}, .ip_addresses = {}});
  REQUIRE(made);
  const auto read = read_pem(made->certificate_pem);
  CHECK(X509_get_ext_by_NID(read.get(), NID_subject_alt_name, -1) == -1);
  CHECK(names(*made, "old.example"));
}

TEST_CASE("certificates: expired, and not valid yet") {
  const auto authority = certificate_authority::make();
  certificate_request wanted;
  wanted.valid_from = -48h;
  wanted.valid_to = -1s;
  const auto expired = authority->issue(wanted);
  REQUIRE(expired);
  CHECK(judge(*authority, *expired) == X509_V_ERR_CERT_HAS_EXPIRED);
  wanted.valid_from = 1h;
  wanted.valid_to = 48h;
  const auto early = authority->issue(wanted);
  REQUIRE(early);
  CHECK(judge(*authority, *early) == X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST_CASE("certificates: a field that is not valid is named") {
  CHECK(certificate_authority::make("").error() == pravega_actor::errc::invalid_argument);
  const auto authority = certificate_authority::make();
  const auto problem = [&](const certificate_request& wanted) {
    const auto made = authority->issue(wanted);
    return made ? std::string{} : made.error().detail();
  };
  CHECK_THAT(problem({.common_name = std::string(65, 'x')}), Contains("common name"));
  CHECK_THAT(problem({.ip_addresses = {"no address"}}), Contains("no address"));
  CHECK_THAT(problem({.dns_names = {""}}), Contains("name"));
  CHECK_THAT(problem({.valid_to = std::chrono::seconds::max()}), Contains("validity"));
}

TEST_CASE("certificates: files are replaced, and only their owner reads them") {
  const auto path = (std::filesystem::temp_directory_path() /
                     ("pravega_actor_" + std::to_string(::getpid()) + ".pem"))
                        .string();
  REQUIRE(write_pem_file(path, "one"));
  REQUIRE(write_pem_file(path, "two"));
  std::ifstream file{path};
  CHECK(std::string{std::istreambuf_iterator<char>{file}, {}} == "two");
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  std::remove(path.c_str());
  // What stands in the way may be somebody else's, and may lead elsewhere.
  const auto elsewhere = path + ".elsewhere";
  std::ofstream{elsewhere} << "kept";
  REQUIRE(::symlink(elsewhere.c_str(), (path + ".new").c_str()) == 0);
  REQUIRE(write_pem_file(path, "three"));
  std::ifstream other{elsewhere};
  CHECK(std::string{std::istreambuf_iterator<char>{other}, {}} == "kept");
  std::remove(path.c_str());
  std::remove(elsewhere.c_str());
  const auto refused = write_pem_file("/does/not/exist.pem", "x");
  CHECK(refused.error() == pravega_actor::errc::io_error);
  CHECK_THAT(refused.error().detail(), Contains("/does/not/exist.pem"));
}
