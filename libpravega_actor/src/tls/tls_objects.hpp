// Owners of OpenSSL's objects.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

#include "core/freed_by.hpp"

namespace pravega_actor::internal {

using bio_pointer = std::unique_ptr<BIO, freed_by<BIO_free>>;
using certificate_pointer = std::unique_ptr<X509, freed_by<X509_free>>;
using key_pointer = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using ssl_pointer = std::unique_ptr<SSL, freed_by<SSL_free>>;
using ssl_context_pointer = std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>>;

/// Reads a text; the text must outlive it. Null without memory.
[[nodiscard]] inline bio_pointer reader_of(std::string_view text) {
  return bio_pointer{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

}  // namespace pravega_actor::internal
