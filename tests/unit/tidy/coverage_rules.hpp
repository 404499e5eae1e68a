// Each header of the library and the sandbox has a test that knows it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "unit/tidy/source_text.hpp"

namespace pravega_actor::tidy {

/// Headers without a test of their own, each with the reason.
using untested_headers = std::map<std::string, std::string>;

/// Headers that no test includes (for a machine: itself, for others also through headers) and
/// no test file is named after; and exceptions that are none.
[[nodiscard]] findings check_coverage(const std::vector<source_file>& files,
                                      const untested_headers& exceptions);

}  // namespace pravega_actor::tidy
