// What all TLS connections of a port share: trust, identity, versions.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "pravega_actor/ports/tls_settings.hpp"
#include "pravega_actor/result.hpp"
#include "tls/tls_files.hpp"
#include "tls/tls_objects.hpp"
#include "tls/tls_session.hpp"

namespace pravega_actor::internal {

/// Makes the sessions of a client. Thread-safe.
class tls_context {
 public:
  /// Reads and checks the files. The error is invalid_configuration.
  [[nodiscard]] static result<std::shared_ptr<tls_context>> open(const tls_settings& settings);

  /// A session with a server of that name or address, with the files as they are now. Errors:
  /// out_of_memory, tls_failed (OpenSSL refuses the name).
  [[nodiscard]] result<std::unique_ptr<tls_session>> start(const std::string& host);

 private:
  explicit tls_context(std::shared_ptr<tls_file_watch> watch) : watch_{std::move(watch)} {}
  [[nodiscard]] result<void> renew();

  const std::shared_ptr<tls_file_watch> watch_;
  std::mutex mutex_;
  tls_files_pointer files_;
  ssl_context_pointer context_;
};

}  // namespace pravega_actor::internal
