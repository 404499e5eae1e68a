// Certificates for tests: an authority, and what it issues.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "pravega_actor/result.hpp"

namespace pravega_sandbox {

/// A certificate and its private key, each as PEM text. The key is not encrypted.
struct certificate {
  std::string certificate_pem;
  /// PKCS#8.
  std::string key_pem;
};

/// What a certificate says. The defaults fit a server on this machine.
struct certificate_request {
  /// 1 to 64 characters.
  std::string common_name = "localhost";
  /// Alternative names. Without any the certificate has its common name alone.
  std::vector<std::string> dns_names = {"localhost"};
  /// IPv4 and IPv6 addresses.
  std::vector<std::string> ip_addresses = {"127.0.0.1", "::1"};
  /// The validity, counted from now. Both may be negative: a `valid_to` in the past makes an
  /// expired certificate.
  std::chrono::seconds valid_from = -std::chrono::hours{1};
  std::chrono::seconds valid_to = std::chrono::hours{24 * 30};
};

/// Makes a certificate authority with a new key, and issues certificates. Two authorities with
/// the same name are different ones. Keys are of the curve P-256. Copies share the authority.
/// Any thread may use any copy. For tests: nothing protects the keys.
class certificate_authority {
 public:
  /// Valid for ten years. invalid_argument if the name has not 1 to 64 characters.
  [[nodiscard]] static pravega_actor::result<certificate_authority> make(
      const std::string& name = "sandbox CA");

  /// The authority's own certificate, for trust stores.
  [[nodiscard]] const std::string& certificate_pem() const noexcept;
  /// A certificate for servers and clients, with a new key. invalid_argument if a field is not
  /// valid; the detail names it.
  [[nodiscard]] pravega_actor::result<certificate> issue(
      const certificate_request& wanted = {}) const;

 private:
  struct parts;
  explicit certificate_authority(std::shared_ptr<const parts> made);
  std::shared_ptr<const parts> parts_;
};

/// Replaces the file with this text, at once: a reader sees the old text or the new one. Only
/// the owner may read it. io_error names the file.
[[nodiscard]] pravega_actor::result<void> write_pem_file(const std::string& path,
                                                         const std::string& pem);

}  // namespace pravega_sandbox
