// A stream's lineage as a picture.
#pragma once

#include <string>
#include <vector>

#include "pravega_actor/result.hpp"
#include "pravega_actor/stream_lineage.hpp"

namespace pravega_actor::tool {

/// Where a reader of a group is in a segment, in bytes; -1: at its end.
struct reader_tick {
  std::string reader;
  segment_id in;
  std::int64_t offset = 0;
};

/// An SVG document: keys from bottom (0) to top (1), epochs from left to right; a rectangle for
/// each segment, those that take events in colour. A tick in a rectangle is the place of a
/// reader among the stored bytes of the segment: left the first, right the last.
[[nodiscard]] std::string lineage_svg(const stream_lineage& seen,
                                      const std::vector<reader_tick>& readers = {});
/// Writes it to a file, which is replaced. The error is io_error and names the file.
[[nodiscard]] result<void> write_lineage_svg(const std::string& path,
                                             const stream_lineage& seen,
                                             const std::vector<reader_tick>& readers = {});
/// Whether that would work now; leaves nothing behind. The same error.
[[nodiscard]] result<void> check_lineage_file(const std::string& path);

}  // namespace pravega_actor::tool
