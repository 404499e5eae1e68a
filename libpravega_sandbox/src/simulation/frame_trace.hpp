// Bytes of one direction of a connection as lines of a trace.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "simulation/client_types.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_sandbox {

/// Names of the writers whose appends a connection carries: both directions share them.
using writer_segments = std::map<pravega_actor::uuid, std::string>;

/// Cuts the bytes into frames and describes each: appends with their segment, events and event
/// numbers, reads with segment and offsets, everything else field by field. Data stands as its
/// length. Bytes that are no frames end the description.
class frame_trace {
 public:
  explicit frame_trace(writer_segments& segments) : segments_{segments} {}

  /// A line for each frame that these bytes complete.
  [[nodiscard]] std::vector<std::string> lines_of(byte_view bytes);

 private:
  [[nodiscard]] std::string describe(const wire::frame& frame);
  [[nodiscard]] std::string segment_of(const pravega_actor::uuid& writer) const;

  writer_segments& segments_;
  wire::frame_reader reader_;
  bool broken_ = false;
};

}  // namespace pravega_sandbox
