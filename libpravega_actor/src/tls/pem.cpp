#include "tls/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <string>
#include <utility>

namespace pravega_actor::internal {
namespace {

constexpr std::string_view java_key_store_begin = "\xFE\xED\xFE\xED";
/// The tag of a sequence, with which certificates and PKCS#12 files begin in DER.
constexpr char der_begin = 0x30;

error refused_text(std::string detail) {
  return error{errc::invalid_configuration, std::move(detail)}.with_stage(stage::configuration);
}

// Without certificate: what else it is.
error no_certificate(std::string_view text) {
  if (text.empty()) return refused_text("it is empty");
  if (text.starts_with(java_key_store_begin))
    return refused_text(
        "it is a Java key store (JKS); export its certificates as PEM, for example with "
        "keytool -exportcert -rfc");
  if (text.front() == der_begin)
    return refused_text(
        "it is not PEM but binary (DER or PKCS#12); convert it, for example with openssl x509 "
        "-inform DER or openssl pkcs12 -nokeys");
  if (text.find("PRIVATE KEY") != std::string_view::npos)
    return refused_text("it has a private key, but no certificate");
  return refused_text("it has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
}

/// Nobody is asked for a passphrase. It says whether one was wanted.
int no_passphrase(char*, int, int, void* wanted) {
  *static_cast<bool*>(wanted) = true;
  return -1;
}

}  // namespace

result<std::vector<certificate_pointer>> read_certificates(std::string_view pem) {
  ERR_clear_error();
  const auto from = reader_of(pem);
  if (!from) return errc::out_of_memory;
  std::vector<certificate_pointer> all;
  bool wanted = false;
  while (certificate_pointer each{
      PEM_read_bio_X509_AUX(from.get(), nullptr, no_passphrase, &wanted)})
    all.push_back(std::move(each));
  const auto reason = ERR_GET_REASON(ERR_peek_last_error());
  ERR_clear_error();
  if (reason != PEM_R_NO_START_LINE)
    return refused_text("certificate " + std::to_string(all.size() + 1) + " in it is damaged");
  if (all.empty()) return no_certificate(pem);
  return all;
}

result<key_pointer> read_key(std::string_view pem) {
  ERR_clear_error();
  const auto from = reader_of(pem);
  if (!from) return errc::out_of_memory;
  bool wanted = false;
  key_pointer key{PEM_read_bio_PrivateKey(from.get(), nullptr, no_passphrase, &wanted)};
  ERR_clear_error();
  if (key) return key;
  if (wanted)
    return refused_text(
        "its key has a passphrase, which this library does not ask for; store the key without "
        "one, for example with openssl pkey");
  return refused_text("it has no private key in PEM (-----BEGIN PRIVATE KEY-----)");
}

}  // namespace pravega_actor::internal
