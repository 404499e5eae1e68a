// A stream's lineage as a picture.
#pragma once

#include <string>

#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_lineage.hpp"

namespace pravega_actor::tool {

/// An SVG document: keys from bottom (0) to top (1), epochs from left to right; a rectangle for
/// each segment, those that take events in colour.
[[nodiscard]] std::string lineage_svg(const stream_lineage& seen);
/// Writes it to a file, which is replaced. The error is io_error and names the file.
[[nodiscard]] result<void> write_lineage_svg(const std::string& path,
                                             const stream_lineage& seen);
/// Whether that would work now; leaves nothing behind. The same error.
[[nodiscard]] result<void> check_lineage_file(const std::string& path);

}  // namespace pravega_actor::tool
