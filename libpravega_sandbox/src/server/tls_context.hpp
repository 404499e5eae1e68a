// The certificate that the sandbox's stores show, ready for connections.
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "pravega_actor/result.hpp"
#include "pravega_sandbox/certificates.hpp"
#include "security/openssl_owner.hpp"

namespace pravega_sandbox {

/// For TLS 1.2 and 1.3, without client certificates. Connections keep their own reference, so
/// that a new certificate leaves them alone. invalid_argument: it is no certificate with its
/// key.
[[nodiscard]] pravega_actor::result<std::shared_ptr<SSL_CTX>> make_tls_context(
    const certificate& shown);

}  // namespace pravega_sandbox
