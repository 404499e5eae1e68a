// A blocking client of TLS, for tests of the running sandbox.
#pragma once

#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/time.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/openssl_owner.hpp"
#include "unit/sandbox_server/raw_client.hpp"

namespace pravega_sandbox::test {

/// What a client asks for.
struct tls_wishes {
  /// PEM; "" trusts everybody.
  std::string trusted;
  std::string host = "localhost";
  /// TLS1_2_VERSION and so on; 0: any.
  int version = 0;
  bool offers_h2 = false;
};

class tls_client {
 public:
  tls_client(const pravega_actor::endpoint& to, const tls_wishes& wishes,
             int wait_ms = patience_ms)
      : fd_{::socket(AF_INET, SOCK_STREAM, 0)}, context_{SSL_CTX_new(TLS_client_method())} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(to.port);
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    REQUIRE(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    wait_at_most(wait_ms);
    if (!wishes.trusted.empty()) trust(wishes.trusted);
    // The default level forbids the versions that a server must refuse.
    if (wishes.version != 0) SSL_CTX_set_security_level(context_.get(), 0);
    session_.reset(SSL_new(context_.get()));
    SSL_set_fd(session_.get(), fd_);
    if (wishes.version != 0) {
      SSL_set_min_proto_version(session_.get(), wishes.version);
      SSL_set_max_proto_version(session_.get(), wishes.version);
    }
    if (!wishes.trusted.empty()) SSL_set1_host(session_.get(), wishes.host.c_str());
    if (wishes.offers_h2)
      SSL_set_alpn_protos(session_.get(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
    shaken_ = SSL_connect(session_.get()) == 1;
  }
  ~tls_client() { ::close(fd_); }
  tls_client(const tls_client&) = delete;
  tls_client& operator=(const tls_client&) = delete;

  [[nodiscard]] bool shaken() const { return shaken_; }
  /// X509_V_OK and so on.
  [[nodiscard]] long verdict() const { return SSL_get_verify_result(session_.get()); }
  [[nodiscard]] std::string version() const { return SSL_get_version(session_.get()); }
  [[nodiscard]] std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(session_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  /// Whether the server shows a certificate for this host.
  [[nodiscard]] bool shows(const std::string& host) const {
    const openssl_owner<X509, X509_free> shown{SSL_get1_peer_certificate(session_.get())};
    return shown && X509_check_host(shown.get(), host.data(), host.size(), 0, nullptr) == 1;
  }

  template <class Command>
  bool send(const Command& command) {
    const auto bytes = *wire::encode(command);
    std::size_t all = 0;
    while (all < bytes.size()) {
      std::size_t some = 0;
      if (SSL_write_ex(session_.get(), bytes.data() + all, bytes.size() - all, &some) != 1)
        return false;
      all += some;
    }
    return true;
  }
  std::optional<wire::frame> receive() {
    for (;;) {
      auto next = reader_.next();
      if (!next) return std::nullopt;
      if (*next) return **next;
      const auto room = reader_.prepare();
      std::size_t some = 0;
      const int got = SSL_read_ex(session_.get(), room.data(), room.size(), &some);
      if (got != 1) {
        told_end_ = SSL_get_error(session_.get(), got) == SSL_ERROR_ZERO_RETURN;
        return std::nullopt;
      }
      reader_.commit(some);
    }
  }
  template <class Reply>
  Reply expect() {
    const auto frame = receive();
    REQUIRE(frame);
    REQUIRE(frame->type == Reply::code);
    return *wire::decode_as<Reply>(frame->payload);
  }
  /// Whether the peer has said that nothing more comes.
  bool ends_well() { return !receive() && told_end_; }
  bool alive() {
    send(wire::keep_alive{});
    const auto frame = receive();
    return frame && frame->type == wire::keep_alive::code;
  }

 private:
  void wait_at_most(int wait_ms) const {
    const timeval limit{wait_ms / 1000, (wait_ms % 1000) * 1000};
    (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  void trust(const std::string& pem) {
    const openssl_owner<BIO, BIO_free_all> in{
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    const openssl_owner<X509, X509_free> root{
        PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)};
    REQUIRE(X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), root.get()) == 1);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  }

  int fd_;
  openssl_owner<SSL_CTX, SSL_CTX_free> context_;
  openssl_owner<SSL, SSL_free> session_;
  wire::frame_reader reader_;
  bool shaken_ = false;
  bool told_end_ = false;
};

}  // namespace pravega_sandbox::test
