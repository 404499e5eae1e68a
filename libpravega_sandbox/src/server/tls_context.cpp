#include "server/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string>

namespace pravega_sandbox {

using pravega_actor::errc;
using pravega_actor::error;
using pravega_actor::result;

namespace {

bio_owner text_in(const std::string& pem) {
  return bio_owner{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
}

error refused_certificate(const char* what) {
  ERR_clear_error();
  return {errc::invalid_argument, std::string{"the certificate for TLS "} + what};
}

// Without it OpenSSL asks for the password of an encrypted key on the terminal.
void* no_password() noexcept {
  static char none[] = "";
  return none;
}

/// The certificate and those that follow it.
bool use_chain(SSL_CTX* context, const std::string& pem) {
  const auto in = text_in(pem);
  const certificate_owner leaf{PEM_read_bio_X509(in.get(), nullptr, nullptr, no_password())};
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  while (auto* const next = PEM_read_bio_X509(in.get(), nullptr, nullptr, no_password())) {
    // Takes it over.
    if (SSL_CTX_add0_chain_cert(context, next) == 1) continue;
    X509_free(next);
    return false;
  }
  return true;
}

}  // namespace

result<std::shared_ptr<SSL_CTX>> make_tls_context(const certificate& shown) {
  const std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  if (!context) return error{errc::out_of_memory, "OpenSSL makes no context"};
  auto* const made = context.get();
  (void)SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION);
  SSL_CTX_set_options(made, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                             SSL_MODE_RELEASE_BUFFERS);
  // A peer that renews its keys without end must not hold the thread inside one call.
  (void)SSL_CTX_clear_mode(made, SSL_MODE_AUTO_RETRY);
  if (!use_chain(made, shown.certificate_pem)) return refused_certificate("is none in PEM");
  const auto in = text_in(shown.key_pem);
  const key_owner key{PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, no_password())};
  if (!key) return refused_certificate("has no key in PEM");
  if (SSL_CTX_use_PrivateKey(made, key.get()) != 1)
    return refused_certificate("has the key of another one");
  ERR_clear_error();
  return context;
}

}  // namespace pravega_sandbox
