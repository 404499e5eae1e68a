// Owners of what OpenSSL allocates.
#pragma once

#include <memory>

namespace pravega_sandbox {

template <auto Free>
struct openssl_free {
  template <class T>
  void operator()(T* what) const noexcept {
    Free(what);
  }
};

/// For example `openssl_owner<X509, X509_free>`.
template <class T, auto Free>
using openssl_owner = std::unique_ptr<T, openssl_free<Free>>;

}  // namespace pravega_sandbox
