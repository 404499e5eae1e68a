// Owners of what a C library allocates.
#pragma once

namespace pravega_actor::internal {

/// A deleter for `std::unique_ptr`: `freed_by<X509_free>`.
template <auto Free>
struct freed_by {
  template <class Object>
  void operator()(Object* object) const noexcept {
    Free(object);
  }
};

}  // namespace pravega_actor::internal
