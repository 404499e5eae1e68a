// What a certificate says, in words for errors.
#pragma once

#include <string>

#include "tls/tls_objects.hpp"

namespace pravega_actor::internal {

/// The names and addresses that it is for: "DNS:a, DNS:b, IP:127.0.0.1", or its common name.
/// Long lists are cut.
[[nodiscard]] std::string names_in(const X509* certificate);
/// In one line, for example "O = org, CN = name".
[[nodiscard]] std::string text_of(const X509_NAME* name);
/// For example "Feb  1 00:00:00 2020 GMT".
[[nodiscard]] std::string text_of(const ASN1_TIME* time);

}  // namespace pravega_actor::internal
