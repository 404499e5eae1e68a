#include "pravega_sandbox/certificates.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>

#include "security/openssl_owner.hpp"

namespace pravega_sandbox {

using pravega_actor::errc;
using pravega_actor::error;
using pravega_actor::result;

namespace {

using extension_owner = openssl_owner<X509_EXTENSION, X509_EXTENSION_free>;
using names_owner = openssl_owner<GENERAL_NAMES, GENERAL_NAMES_free>;
using std::chrono::seconds;

constexpr std::size_t name_characters_max = 64;
constexpr long version_3 = 2;
constexpr std::chrono::hours authority_lifetime{24 * 3650};

error refused(const std::string& what) {
  return {errc::invalid_argument, "a certificate's " + what};
}

error failed() {
  return {errc::internal_error, "OpenSSL does not make the certificate"};
}

std::string text_of(const bio_owner& from) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(from.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* of) {
  const bio_owner out{BIO_new(BIO_s_mem())};
  if (!out || PEM_write_bio_X509(out.get(), of) != 1) return {};
  return text_of(out);
}

std::string pem_of(EVP_PKEY* of) {
  const bio_owner out{BIO_new(BIO_s_mem())};
  const auto* const plain = static_cast<const EVP_CIPHER*>(nullptr);
  if (!out ||
      PEM_write_bio_PKCS8PrivateKey(out.get(), of, plain, nullptr, 0, nullptr, nullptr) != 1)
    return {};
  return text_of(out);
}

bool set_time(ASN1_TIME* into, seconds from_now) {
  constexpr std::int64_t day = 24 * 3600;
  const auto all = from_now.count();
  if (all / day > std::numeric_limits<int>::max() || all / day < -36500) return false;
  return X509_time_adj_ex(into, static_cast<int>(all / day), static_cast<long>(all % day),
                          nullptr) != nullptr;
}

bool set_serial_number(X509* into) {
  std::uint64_t drawn = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&drawn), sizeof drawn) != 1) return false;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(into), (drawn >> 1) | 1) == 1;
}

bool set_name(X509* into, const std::string& common_name) {
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(into), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1;
}

bool add_extension(X509* into, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, into, nullptr, nullptr, 0);
  const extension_owner made{X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
  return made && X509_add_ext(into, made.get(), -1) == 1;
}

bool add_name(GENERAL_NAMES* into, int kind, const std::string& value) {
  if (value.empty() || value.find('\0') != std::string::npos) return false;
  auto* const name = a2i_GENERAL_NAME(nullptr, nullptr, nullptr, kind, value.c_str(), 0);
  if (name == nullptr) return false;
  if (sk_GENERAL_NAME_push(into, name) > 0) return true;
  GENERAL_NAME_free(name);
  return false;
}

result<void> add_alternative_names(X509* into, const certificate_request& wanted) {
  if (wanted.dns_names.empty() && wanted.ip_addresses.empty()) return {};
  const names_owner names{GENERAL_NAMES_new()};
  if (!names) return failed();
  for (const auto& each : wanted.dns_names)
    if (!add_name(names.get(), GEN_DNS, each)) return refused("name \"" + each + "\"");
  for (const auto& each : wanted.ip_addresses)
    if (!add_name(names.get(), GEN_IPADD, each)) return refused("address \"" + each + "\"");
  if (X509_add1_ext_i2d(into, NID_subject_alt_name, names.get(), 0, 0) != 1) return failed();
  return {};
}

/// A certificate with everything but its extensions and its signature.
result<certificate_owner> begin(const std::string& common_name, seconds from, seconds to,
                                EVP_PKEY* key) {
  if (common_name.empty() || common_name.size() > name_characters_max)
    return refused("common name has 1 to 64 characters");
  certificate_owner made{X509_new()};
  if (!made || X509_set_version(made.get(), version_3) != 1 || !set_serial_number(made.get()) ||
      X509_set_pubkey(made.get(), key) != 1)
    return failed();
  if (!set_name(made.get(), common_name)) return refused("common name is not valid");
  if (!set_time(X509_getm_notBefore(made.get()), from) ||
      !set_time(X509_getm_notAfter(made.get()), to))
    return refused("validity is out of its range");
  return made;
}

bool sign(X509* what, EVP_PKEY* key) {
  return X509_sign(what, key, EVP_sha256()) > 0;
}

}  // namespace

struct certificate_authority::parts {
  key_owner key;
  certificate_owner own;
  std::string pem;
};

certificate_authority::certificate_authority(std::shared_ptr<const parts> made)
    : parts_{std::move(made)} {}

result<certificate_authority> certificate_authority::make(const std::string& name) {
  auto made = std::make_shared<parts>();
  made->key.reset(EVP_EC_gen("P-256"));
  if (!made->key) return failed();
  auto begun = begin(name, -std::chrono::hours{24}, authority_lifetime, made->key.get());
  if (!begun) return begun.error();
  made->own = std::move(*begun);
  auto* const own = made->own.get();
  const bool extended =
      X509_set_issuer_name(own, X509_get_subject_name(own)) == 1 &&
      add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE") &&
      add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(own, own, NID_subject_key_identifier, "hash");
  if (!extended || !sign(own, made->key.get())) return failed();
  made->pem = pem_of(own);
  if (made->pem.empty()) return failed();
  return certificate_authority{std::move(made)};
}

const std::string& certificate_authority::certificate_pem() const noexcept {
  return parts_->pem;
}

result<certificate> certificate_authority::issue(const certificate_request& wanted) const {
  const key_owner key{EVP_EC_gen("P-256")};
  if (!key) return failed();
  const auto begun = begin(wanted.common_name, wanted.valid_from, wanted.valid_to, key.get());
  if (!begun) return begun.error();
  auto* const made = begun->get();
  auto* const issuer = parts_->own.get();
  const bool extended =
      X509_set_issuer_name(made, X509_get_subject_name(issuer)) == 1 &&
      add_extension(made, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(made, issuer, NID_key_usage, "critical,digitalSignature") &&
      add_extension(made, issuer, NID_ext_key_usage, "serverAuth,clientAuth") &&
      add_extension(made, issuer, NID_authority_key_identifier, "keyid");
  if (!extended) return failed();
  if (auto named = add_alternative_names(made, wanted); !named) return named.error();
  if (!sign(made, parts_->key.get())) return failed();
  certificate out{pem_of(made), pem_of(key.get())};
  if (out.certificate_pem.empty() || out.key_pem.empty()) return failed();
  return out;
}

result<void> write_pem_file(const std::string& path, const std::string& pem) {
  const auto problem = [&path](int number) {
    return error{errc::io_error, "cannot write " + path + ": " + std::strerror(number)};
  };
  const auto beside = path + ".new";
  // A new file: one that is there already may be somebody else's.
  (void)::unlink(beside.c_str());
  const int file =
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return problem(errno);
  std::size_t written = 0;
  int failure = 0;
  while (written < pem.size() && failure == 0) {
    const auto count = ::write(file, pem.data() + written, pem.size() - written);
    if (count >= 0)
      written += static_cast<std::size_t>(count);
    else if (errno != EINTR)
      failure = errno;
  }
  if (::close(file) != 0 && failure == 0) failure = errno;
  if (failure == 0 && std::rename(beside.c_str(), path.c_str()) != 0) failure = errno;
  if (failure == 0) return {};
  (void)::unlink(beside.c_str());
  return problem(failure);
}

}  // namespace pravega_sandbox
