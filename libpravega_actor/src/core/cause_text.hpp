// An error inside the sentence of another error.
#pragma once

#include <string>

#include "pravega_actor/error.hpp"

namespace pravega_actor::internal {

/// Everything that `error::to_string` says but the advice, which is that of the outer error.
[[nodiscard]] std::string cause_text(const error& why);

}  // namespace pravega_actor::internal
