// The files with certificates and keys: reading them, checking them, noticing their changes.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "pravega_actor/ports/tls_settings.hpp"
#include "pravega_actor/result.hpp"

namespace pravega_actor::internal {

/// The texts of the files, checked. The key is wiped at the end.
struct tls_files {
  tls_files() = default;
  tls_files(const tls_files&) = delete;
  tls_files& operator=(const tls_files&) = delete;
  ~tls_files();
  /// Empty: the certificates that the system trusts.
  std::string trust_pem;
  std::string certificate_pem;
  std::string key_pem;
};
using tls_files_pointer = std::shared_ptr<const tls_files>;

/// Reads and checks the files of `settings`. The error is invalid_configuration; it names the
/// key of the configuration and the file, and says what is wrong.
[[nodiscard]] result<tls_files_pointer> read_tls_files(const tls_settings& settings);

/// A PEM file with what the system trusts, or "" if none is found.
[[nodiscard]] std::string system_trust_file();

/// The files of a port, which may change while it lives. Thread-safe.
class tls_file_watch {
 public:
  /// The error is that of `read_tls_files`.
  [[nodiscard]] static result<std::shared_ptr<tls_file_watch>> open(
      const tls_settings& settings);

  /// The files as they are now. The same pointer as long as nothing has changed; if a changed
  /// file cannot be used, the ones from before the change.
  [[nodiscard]] tls_files_pointer latest();
  /// Why the files as they are now cannot be used; "" if they can.
  [[nodiscard]] std::string refusal() const;
  [[nodiscard]] const tls_settings& settings() const noexcept { return settings_; }

 private:
  explicit tls_file_watch(tls_settings settings) : settings_{std::move(settings)} {}

  const tls_settings settings_;
  mutable std::mutex mutex_;
  std::string stamp_;
  std::string refusal_;
  tls_files_pointer files_;
};

}  // namespace pravega_actor::internal
