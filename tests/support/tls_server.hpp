// The server's side of TLS for tests: a context, and one connection of it.
#pragma once

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pravega_actor/bytes.hpp"
#include "pravega_sandbox/certificates.hpp"

namespace pravega_actor::test {

/// A server's certificate, versions, and whether it asks for the client's certificate.
class tls_server {
 public:
  explicit tls_server(const pravega_sandbox::certificate& own, int version_min = TLS1_2_VERSION,
                      int version_max = TLS1_3_VERSION)
      : context_{SSL_CTX_new(TLS_server_method()), SSL_CTX_free} {
    SSL_CTX_set_min_proto_version(context_.get(), version_min);
    SSL_CTX_set_max_proto_version(context_.get(), version_max);
    auto* const certificate = certificate_of(own.certificate_pem);
    SSL_CTX_use_certificate(context_.get(), certificate);
    X509_free(certificate);
    auto* const text =
        BIO_new_mem_buf(own.key_pem.data(), static_cast<int>(own.key_pem.size()));
    auto* const key = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
    BIO_free(text);
    SSL_CTX_use_PrivateKey(context_.get(), key);
    EVP_PKEY_free(key);
  }
  void require_client(const std::string& authority_pem) {
    auto* const certificate = certificate_of(authority_pem);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), certificate);
    X509_free(certificate);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
  }
  [[nodiscard]] SSL_CTX* context() const { return context_.get(); }

 private:
  static X509* certificate_of(const std::string& pem) {
    auto* const text = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    auto* const certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
    BIO_free(text);
    return certificate;
  }
  std::shared_ptr<SSL_CTX> context_;
};

/// One connection, with calls that wait. One thread at a time.
class tls_server_end {
 public:
  tls_server_end(const tls_server& of, int descriptor) : ssl_{SSL_new(of.context()), SSL_free} {
    SSL_set_fd(ssl_.get(), descriptor);
  }
  [[nodiscard]] bool accept() const { return SSL_accept(ssl_.get()) == 1; }
  [[nodiscard]] std::string server_name() const {
    const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? std::string{} : std::string{name};
  }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
  void write_all(byte_view bytes) const {
    if (!bytes.empty()) SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }
  /// Fewer than `count` bytes only at the end of the stream.
  [[nodiscard]] std::vector<std::byte> read_exactly(std::size_t count) const {
    std::vector<std::byte> bytes(count);
    std::size_t have = 0;
    while (have < count) {
      const int got = SSL_read(ssl_.get(), bytes.data() + have, static_cast<int>(count - have));
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
  }
  /// Whether the last reading ended with close_notify.
  [[nodiscard]] bool told_end() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  void say_end() const { SSL_shutdown(ssl_.get()); }
  /// New keys for both directions (TLS 1.3).
  void update_keys() const {
    SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(ssl_.get());
  }

 private:
  std::shared_ptr<SSL> ssl_;
};

}  // namespace pravega_actor::test
