// Certificates and keys in PEM.
#pragma once

#include <string_view>
#include <vector>

#include "pravega_actor/result.hpp"
#include "tls/tls_objects.hpp"

namespace pravega_actor::internal {

/// All certificates of a text, at least one. The error, invalid_configuration, says what the
/// text holds instead, as far as that can be told.
[[nodiscard]] result<std::vector<certificate_pointer>> read_certificates(std::string_view pem);

/// The first private key of a text; without a passphrase. The error is invalid_configuration.
[[nodiscard]] result<key_pointer> read_key(std::string_view pem);

}  // namespace pravega_actor::internal
