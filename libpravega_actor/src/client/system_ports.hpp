// Makes the real ports of a client.
#pragma once

#include <cstddef>
#include <new>

#include "pravega_actor/config.hpp"
#include "pravega_actor/ports/client_ports.hpp"

namespace pravega_actor::internal {

template <class Make>
auto unless_out_of_memory(const Make& make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    return errc::out_of_memory;
  }
}

/// What a configuration says about TLS.
struct tls_choice {
  bool to_controller = false;
  bool to_segment_stores = false;
  tls_settings settings;
};
/// The error is that of the controller's URI.
[[nodiscard]] result<tls_choice> tls_of(const config& configuration);

/// The ports of a configuration, with these credentials or, if null, without any, after a trial
/// whether the process has the resources for them and for the threads of an actor system.
[[nodiscard]] result<client_ports> system_ports_of(const config& configuration,
                                                   std::shared_ptr<credentials> identity,
                                                   std::size_t system_threads);

}  // namespace pravega_actor::internal
