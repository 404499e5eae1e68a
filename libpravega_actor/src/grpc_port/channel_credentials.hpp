// What gRPC gets to know about TLS.
#pragma once

#include <grpcpp/security/credentials.h>

#include <memory>

#include "pravega_actor/ports/tls_settings.hpp"
#include "tls/tls_files.hpp"

namespace pravega_actor::internal {

/// The credentials for the channels of a port: plain, or TLS with the files as they are now.
/// Not thread-safe.
class channel_credentials {
 public:
  using pointer = std::shared_ptr<grpc::ChannelCredentials>;

  /// Plain.
  channel_credentials();
  /// TLS. The error, invalid_configuration, is about a file.
  [[nodiscard]] static result<channel_credentials> secured(const tls_settings& settings);

  [[nodiscard]] bool secure() const noexcept { return watch_ != nullptr; }
  /// For a new channel. The same pointer as long as the files do not change.
  [[nodiscard]] pointer latest();

 private:
  std::shared_ptr<tls_file_watch> watch_;
  tls_files_pointer files_;
  pointer made_;
};

}  // namespace pravega_actor::internal
