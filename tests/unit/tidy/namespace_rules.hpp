// Internals stand in pravega_actor::internal, and no public class shows one.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "unit/tidy/source_text.hpp"

namespace pravega_actor::tidy {

using type_names = std::set<std::string, std::less<>>;

/// The types that the public headers of the library declare outside `internal`.
[[nodiscard]] type_names public_types_of(const std::vector<source_file>& files);

/// In the library's sources: types outside `internal` that no public header declares, unless
/// they are in an unnamed namespace. A header declares nothing at all outside `internal`,
/// except specialisations.
[[nodiscard]] findings check_internal_types(const source_file& file,
                                            const type_names& public_types);

/// In public headers: `internal::` outside a private section, and what a namespace `internal`
/// holds besides forward declarations. In examples: `internal::` anywhere.
[[nodiscard]] findings check_hidden_internals(const source_file& file);

}  // namespace pravega_actor::tidy
