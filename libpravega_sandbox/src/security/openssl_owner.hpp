// Owners of what OpenSSL allocates.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "core/freed_by.hpp"

namespace pravega_sandbox {

template <class T, auto Free>
using openssl_owner = std::unique_ptr<T, pravega_actor::internal::freed_by<Free>>;

using bio_owner = openssl_owner<BIO, BIO_free_all>;
using certificate_owner = openssl_owner<X509, X509_free>;
using key_owner = openssl_owner<EVP_PKEY, EVP_PKEY_free>;

}  // namespace pravega_sandbox
