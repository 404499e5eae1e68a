// Each header of the library and the sandbox has a test that knows it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "unit/tidy/source_text.hpp"

namespace pravega_actor::tidy {

/// Headers without a test of their own, each with the reason.
using untested_headers = std::map<std::string, std::string>;

/// The least share of headers with a test of their name, in percent.
inline constexpr std::size_t named_tests_percent_min = 80;

/// The headers under `folder` that have a test of their name: `foo_test.cpp` for `foo.hpp`. Two
/// headers of one name need two tests.
struct named_tests {
  std::size_t headers = 0;
  std::size_t with_test = 0;
  std::vector<std::string> missing;
};
[[nodiscard]] named_tests count_named_tests(const std::vector<source_file>& files,
                                            std::string_view folder,
                                            const untested_headers& nothing_to_test = {});

/// A folder in which fewer headers than `named_tests_percent_min` have a test of their name.
/// Headers with nothing to test do not count; each must be there, and without such a test.
[[nodiscard]] findings check_named_tests(const std::vector<source_file>& files,
                                         const std::vector<std::string>& folders,
                                         const untested_headers& nothing_to_test);

/// Headers that no test includes (for a machine: itself, for others also through headers) and
/// no test file is named after; and exceptions that are none.
[[nodiscard]] findings check_coverage(const std::vector<source_file>& files,
                                      const untested_headers& exceptions);

/// Machines whose header `tests/simulation/struck_places.cpp` does not include: the simulation
/// does not see whether their actors die at each action.
[[nodiscard]] findings check_struck_machines(const std::vector<source_file>& files);

}  // namespace pravega_actor::tidy
