#include "tls/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <utility>

#include "tls/pem.hpp"

namespace pravega_actor::internal {
namespace {

error refused_by_openssl(const std::string& what) {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  auto text = what;
  if (reason != nullptr) text.append(": ").append(reason);
  return error{errc::invalid_configuration, std::move(text)}.with_stage(stage::configuration);
}

result<void> trust(SSL_CTX* context, const tls_files& files) {
  if (files.trust_pem.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      return refused_by_openssl("the certificates that the system trusts cannot be read");
    return {};
  }
  const auto all = read_certificates(files.trust_pem);
  if (!all) return all.error();
  for (const auto& each : *all)
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), each.get()) != 1)
      return refused_by_openssl("tls_trust_store_file: a certificate in it cannot be used");
  return {};
}

result<void> identify(SSL_CTX* context, const tls_files& files) {
  if (files.certificate_pem.empty()) return {};
  const auto chain = read_certificates(files.certificate_pem);
  if (!chain) return chain.error();
  const auto key = read_key(files.key_pem);
  if (!key) return key.error();
  bool taken = SSL_CTX_use_certificate(context, chain->front().get()) == 1 &&
               SSL_CTX_use_PrivateKey(context, key->get()) == 1;
  for (std::size_t i = 1; taken && i < chain->size(); ++i)
    taken = SSL_CTX_add1_chain_cert(context, (*chain)[i].get()) == 1;
  if (!taken) return refused_by_openssl("tls_certificate_file: it cannot be used");
  return {};
}

result<ssl_context_pointer> make_context(const tls_files& files) {
  ERR_clear_error();
  ssl_context_pointer context{SSL_CTX_new(TLS_client_method())};
  if (!context) return errc::out_of_memory;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // An idle connection needs no buffers.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A server's own certificate in the trust store is trusted without its CA.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()),
                              X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, tls_session::on_certificate);
  if (auto done = trust(context.get(), files); !done) return done.error();
  if (auto done = identify(context.get(), files); !done) return done.error();
  ERR_clear_error();
  return context;
}

}  // namespace

result<std::shared_ptr<tls_context>> tls_context::open(const tls_settings& settings) {
  auto watch = tls_file_watch::open(settings);
  if (!watch) return watch.error();
  std::shared_ptr<tls_context> made{new tls_context{std::move(*watch)}};
  if (auto done = made->renew(); !done) return done.error();
  return made;
}

result<void> tls_context::renew() {
  auto files = watch_->latest();
  if (files == files_) return {};
  auto fresh = make_context(*files);
  if (!fresh) return fresh.error();
  files_ = std::move(files);
  context_ = std::move(*fresh);
  return {};
}

result<std::unique_ptr<tls_session>> tls_context::start(const std::string& host) {
  const std::lock_guard lock{mutex_};
  std::string refusal;
  // The context from before the change goes on.
  if (auto renewed = renew(); !renewed) refusal = renewed.error().detail();
  if (refusal.empty()) refusal = watch_->refusal();
  return tls_session::start(context_.get(), host, watch_->settings(), std::move(refusal));
}

}  // namespace pravega_actor::internal
