#include "grpc_port/channel_credentials.hpp"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace pravega_actor::internal {
namespace {

/// gRPC comes with certificates of its own: the system's are what the segment stores' side
/// takes.
std::string trusted_by_system() {
  const auto path = system_trust_file();
  std::ifstream file{path, std::ios::binary};
  if (path.empty() || !file) return {};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

channel_credentials::pointer with_name_check(const std::string& trusted,
                                             const tls_files& files) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = trusted;
  options.pem_cert_chain = files.certificate_pem;
  options.pem_private_key = files.key_pem;
  return grpc::SslCredentials(options);
}

// Chain and dates are still checked; the verifier is what would compare names after that.
channel_credentials::pointer without_name_check(const std::string& trusted,
                                                const tls_files& files) {
  using namespace grpc::experimental;  // NOLINT: all of it is there
  std::vector<IdentityKeyCertPair> identities;
  if (!files.certificate_pem.empty())
    identities.push_back({files.key_pem, files.certificate_pem});
  TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(true);
  options.set_check_call_host(false);
  options.set_certificate_verifier(std::make_shared<NoOpCertificateVerifier>());
  options.set_certificate_provider(
      std::make_shared<StaticDataCertificateProvider>(trusted, identities));
  if (!trusted.empty()) options.watch_root_certs();
  if (!identities.empty()) options.watch_identity_key_cert_pairs();
  return TlsCredentials(options);
}

channel_credentials::pointer make_credentials(const tls_files& files, bool name_check) {
  const auto trusted = files.trust_pem.empty() ? trusted_by_system() : files.trust_pem;
  return name_check ? with_name_check(trusted, files) : without_name_check(trusted, files);
}

}  // namespace

channel_credentials::channel_credentials() : made_{grpc::InsecureChannelCredentials()} {}

result<channel_credentials> channel_credentials::secured(const tls_settings& settings) {
  auto watch = tls_file_watch::open(settings);
  if (!watch) return watch.error();
  channel_credentials made;
  made.watch_ = std::move(*watch);
  return made;
}

channel_credentials::pointer channel_credentials::latest() {
  if (!watch_) return made_;
  auto files = watch_->latest();
  if (files == files_) return made_;
  made_ = make_credentials(*files, watch_->settings().host_name_check);
  files_ = std::move(files);
  return made_;
}

}  // namespace pravega_actor::internal
