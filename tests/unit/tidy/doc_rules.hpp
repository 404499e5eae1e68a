// Rules about what must be documented.
#pragma once

#include "unit/tidy/source_text.hpp"

namespace pravega_actor::tidy {

/// In public headers: each type and each alias at namespace level has a comment above it.
[[nodiscard]] findings check_documented(const source_file& file);

}  // namespace pravega_actor::tidy
