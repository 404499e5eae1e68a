// The credentials that a configuration names.
#pragma once

#include <memory>

#include "pravega_actor/config.hpp"
#include "pravega_actor/credentials.hpp"

namespace pravega_actor::internal {

/// Null if the configuration names none. Files are read now, and again before the next call
/// after they changed. invalid_configuration: see `check`; a file cannot be read, or what is in
/// it, or in auth_token, cannot be sent.
[[nodiscard]] result<std::shared_ptr<credentials>> configured_credentials(const config& from);

}  // namespace pravega_actor::internal
