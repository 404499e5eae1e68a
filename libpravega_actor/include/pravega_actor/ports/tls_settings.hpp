// Which certificates TLS connections trust, and which one the client shows.
#pragma once

#include <string>

#include "pravega_actor/export.hpp"

namespace PRAVEGA_ACTOR_API pravega_actor {

/// The keys of the configuration that begin with "tls_". The files are read when a port is
/// made, and again for the next connection after one of them has changed. While a changed file
/// cannot be used, the content before the change counts.
struct tls_settings {
  /// PEM, at most limits::tls_file_bytes_max: certificates of CAs or of servers themselves.
  /// Empty: the certificates that the system trusts.
  std::string trust_store_file;
  /// Whether a server's certificate must be for the name or address that is connected to. Its
  /// issuer and its dates are checked in any case.
  bool host_name_check = true;
  /// PEM: the client's certificate, then those that lead to its CA. Both files or none.
  std::string certificate_file;
  /// PEM: its private key, without a passphrase.
  std::string key_file;
};

}  // namespace pravega_actor
