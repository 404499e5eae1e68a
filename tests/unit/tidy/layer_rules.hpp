// Which layer may include which: the table of the design, checked against the sources.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "unit/tidy/source_text.hpp"

namespace pravega_actor::tidy {

/// Paths of all files of the tree.
using known_paths = std::set<std::string, std::less<>>;

/// The layer of a file: a folder's name, "public", "sandbox_<folder>", "sandbox_public", or ""
/// for files that belong to no layer (tests, tools, examples).
[[nodiscard]] std::string layer_of(std::string_view path);

/// Includes against the direction of the layers, and includes of nothing.
[[nodiscard]] findings check_layers(const source_file& file, const known_paths& known);

/// Third-party headers outside the layers that may know them; CAF in a machine; CAF in a public
/// header that is not one of the actor interface.
[[nodiscard]] findings check_third_party(const source_file& file);

/// Replies of segment stores that are taken apart elsewhere than where they are compared with
/// their requests.
[[nodiscard]] findings check_reply_readers(const source_file& file);

}  // namespace pravega_actor::tidy
