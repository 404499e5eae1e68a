// Rules about what must be documented.
#pragma once

#include <set>
#include <string>

#include "unit/tidy/source_text.hpp"

namespace pravega_actor::tidy {

/// In public headers: each type and each alias at namespace level has a comment above it.
[[nodiscard]] findings check_documented(const source_file& file);

/// In docs/scenarios.md: `folder/name` names tests/unit/folder/name_test.cpp, and `name` behind
/// "scenario: " names tests/scenario/name_scenarios.cpp; both are among `paths`.
[[nodiscard]] findings check_named_scenarios(const source_file& file,
                                             const std::set<std::string>& paths);

}  // namespace pravega_actor::tidy
