// Handles of actors have types, so that the compiler checks what is sent to them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "unit/tidy/source_text.hpp"

namespace pravega_actor::tidy {

/// Files that may name untyped handles, each with the reason.
using untyped_handles = std::map<std::string, std::string>;

/// In the library: `caf::actor`, and `actor_cast` to anything but an address, which takes no
/// messages (`strong_actor_ptr`, `weak_actor_ptr`, `actor_addr`); untyped actors; and
/// exceptions that are none.
[[nodiscard]] findings check_handles(const std::vector<source_file>& files,
                                     const untyped_handles& exceptions);

}  // namespace pravega_actor::tidy
